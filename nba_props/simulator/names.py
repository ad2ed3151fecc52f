"""Fictional player names with what breaks name matching: accents, suffixes, apostrophes, initials."""

from __future__ import annotations

import unicodedata

import numpy as np

_FIRST_NAMES = (
    "Aaron Adrian Ahmad Akil Alvin Amari André Anton Armand Arlo Austin Bennett Blake Boris Bradley "
    "Brandt Brice Bryson Caden Calvin Carlos Cedric Chance Clayton Cole Corey Cyrus Dale Damon Dante "
    "Darius Davion Deion De'Marco Derek Desmond Devon Dillon Dominic Donté Dragan Drew Duncan Dwight Earl "
    "Edgar Elias Émile Emmanuel Enzo Ethan Evan Felix Filip Finn Gabriel Garrett Goran Grant Hugo Ibrahim "
    "Isaac Isaiah Ivan Ja'Quan Jabari Jace Jalil Jamal Jared Javon Jerome João Jonas Jordan José Josué "
    "Julian Justin K.C. Kaleb Kareem Keaton Kendrick Kieran Kofi Lamar Landon Lars Leandro Leon Lucas "
    "Luis Luka Malik Marco Marcus Marek Mario Mason Mateo Mathis Micah Miles Milan Mirza Moses Myles Nate "
    "Nico Nikola Noah Nolan O.D. Omar Orlando Oscar P.T. Patrick Pavel Preston Quentin Quincy R.L. Rafael "
    "Ramón Rashad Reggie Ricardo Robin Rodney Roman Ruben Ryan Samir Santiago Saša Sébastien Sergio Shane "
    "Silas Simeon Stefan T.R. Tariq Tavion Terrell Théo Thiago Tobias Tomáš Trent Tyrell Tyson Uroš "
    "Vasilije Victor Vince Vlad Wade Wesley Xavier Yannick Yusuf Zach Zion Žiga"
)

_LAST_NAMES = (
    "Abara Adebisi Alcott Alvarado Amadi Andrić Arceneaux Ashby Atwater Babić Bainbridge Barlow Baptiste "
    "Beaumont Bello Berglund Bišćan Blackmon Boateng Bogdan Bolling Bonner Bowdry Brackett Braithwaite "
    "Brantley Broussard Calloway Camara Carrington Castañeda Chambliss Cissé Clayborne Colquitt Corbett "
    "Crenshaw Čubrić D'Alessandro D'Onofrio Dabney Danjuma Davenport Delacroix Dembélé Diallo Dickerson "
    "Diop Dobbins Domínguez Dragić-Novak Drummer Dubois Duvall Easley Eberhardt Echols Edozie Ekholm "
    "Elliston Embry Eze Fairchild Farrow Faulk Fenwick Fernández Fontaine Fofana Fulgham Gadsden Gaines "
    "Galloway García-Ruiz Gbadebo Gibbons Gilliam Goodwyn Grbić Greenlee Guillory Gutiérrez Haddad "
    "Hairston Halvorsen Hammonds Hargrove Hästbacka Hawthorne Heath Hendricks Hightower Hobbs Hollis "
    "Horvat Huggins Ibekwe Ingersoll Iverstad Jankovic Janković Jardine Jelínek Jeffcoat Jernigan Kamara "
    "Kaminski Keïta Kessler-Boyd Kimbrough Kincaid Kovač Kowalski Kružić Kuzmić Lachance Langford "
    "Lassiter Laurent Ledoux Lefèvre Lindqvist Lockhart Lofton Loveless Mabry Macklin Magee Majerle "
    "Maluach-Deng Mandić Marchetti Marković Marsh Mayfield Mbaye McAllister McCray McElroy McNair Mensah "
    "Merriweather Mihailović Milošević Monroe-Tate Montague Morency Müller Muñoz Mustafić N'Diaye N'Gom "
    "Ndour Neville Nikolić Nwosu O'Bryant O'Dell O'Hara Odom Okafor-Reed Okonjo Olabisi Ortega Osei "
    "Ouattara Overton Paquette Pasternak Pavlović Peñaloza Pennington Perišić Petrušić Pickett "
    "Poirier-Roy Prewitt Provost Quarles Quiñones Radović Rainey Ramsay Ransom Rawlings Redd Reinholt "
    "Renaud Ricks Roddy Rostić Rutledge Sanogo Santos-Lima Sauvage Schäfer Seck Sewell Shabazz Shields "
    "Šimić Sinclair Škara Slaughter Smalls Sørensen Soumaré Spann Stallworth Stojković Strickland Sylla "
    "Tarpley Tchamba Tillery Tisdale Toliver Tomašević Traoré Trimble Truitt Tshibangu Tuggle Underhill "
    "Valančić Vandross Vaughns Velázquez Vesely Vidović Villanova Vranković Wadsworth Wakefield "
    "Walton-Ames Waters Weatherby Webster Whitlock Wilkerson Winfield Woodard Wooten Wynn Yancey "
    "Yarbrough Yildiz Youmans Zabala Zeller Žižić Zubac-Lee"
)

_FIRST, _LAST = _FIRST_NAMES.split(), _LAST_NAMES.split()
_SUFFIXES = ("Jr.", "Jr.", "Jr.", "II", "III", "III", "IV", "Sr.")
_SUFFIX_SHARE = 0.08


def without_accents(name: str) -> str:
    """The name in plain letters: ``Dončić`` becomes ``Doncic``."""
    plain = name.replace("ø", "o").replace("Ø", "O").replace("đ", "d").replace("ł", "l")
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


def split_suffix(name: str) -> tuple[str, str]:
    """The name without its generational suffix, and that suffix (empty if there is none)."""
    head, _, tail = name.rpartition(" ")
    return (head, tail) if tail in _SUFFIXES else (name, "")


def matching_key(name: str) -> str:
    """What two spellings of one name have in common: no accents, case, punctuation or suffix."""
    plain = without_accents(split_suffix(name)[0]).casefold()
    return "".join(c for c in plain if c.isalnum() or c == " ")


def draw_names(rng: np.random.Generator, count: int, taken: set[str]) -> list[str]:
    """So many names whose matching keys are new; ``taken`` holds the keys in use and is added to."""
    names: list[str] = []
    while len(names) < count:
        name = f"{_FIRST[rng.integers(len(_FIRST))]} {_LAST[rng.integers(len(_LAST))]}"
        key = matching_key(name)
        if key in taken:
            continue
        taken.add(key)
        suffixed = rng.random() < _SUFFIX_SHARE
        names.append(f"{name} {_SUFFIXES[rng.integers(len(_SUFFIXES))]}" if suffixed else name)
    return names
