"""Prediction tables: models, predictive distributions, prices for every offer, exclusions, grades, the record."""

from __future__ import annotations

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.table import Contract, Table

RECOMMENDATIONS = ("OVER", "UNDER", "PASS", "NO_LINE")
OUTCOMES = ("OVER", "UNDER", "PUSH", "VOID", "NO_LINE")
WINDOWS = ("last_7_days", "last_30_days", "season")
QUANTILES = {"q05": 0.05, "q10": 0.10, "q25": 0.25, "q50": 0.50, "q75": 0.75, "q90": 0.90, "q95": 0.95}


class Models(Contract):
    """Registry of trained models: one row a system, market and season that it predicts."""

    model_id: str = c.text("Hash of everything that the model was made of.")
    system: str = c.system()
    market: str = c.market()
    season: str = c.season()
    trained_from: pl.Date = c.text("First game date of the training rows.")
    trained_to: pl.Date = c.text("Last game date of the training rows; before the season that it predicts.")
    rows: int = c.number("Training rows.", ge=1)
    feature_version: int = c.number("Version of the features it was trained on.", ge=1)
    features: str = c.text("Feature names in order, comma-separated.")
    features_hash: str = c.text("Hash of the feature names and version; another one refuses to predict.")
    training_hash: str = c.text("Hash of the training rows; the same rows are not trained on again.")
    library_versions: str = c.text("Versions of the libraries that trained it.")
    dispersion: float = c.number("Variance of the outcome over its mean, from held-out games.", gt=0)
    holdout_mae: float = c.number("Mean absolute error on held-out games of the last training season.", ge=0)
    holdout_rows: int = c.number("Held-out games.", ge=0)
    artefact: str = c.text("The model itself, in LightGBM's text format.")


class PlayerPropPredictions(Contract):
    """One row a prediction: player, game, market and system, with its distribution, the line and the offer it was made
    against, and what it recommends. Once a game has tipped off, what was predicted before never changes."""

    prediction_id: str = c.text("Hash of what was predicted.")
    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    player_id: int = c.player_id()
    market: str = c.market()
    system: str = c.system()
    model_id: str = c.text("Model that made it, null for systems without one.", nullable=True)
    as_of: c.Moment = c.moment("The time for which it was made; nothing known later was used.")
    is_backfilled: bool = c.flag("Whether it was made after the tip-off, from what was known before.")
    distribution: str = c.text("Family of the predictive distribution.")
    mean: float = c.number("Mean of the predictive distribution.", ge=0)
    standard_deviation: float = c.number("Standard deviation of the predictive distribution.", ge=0)
    q05: float = c.number("5% quantile.", ge=0)
    q10: float = c.number("10% quantile.", ge=0)
    q25: float = c.number("25% quantile.", ge=0)
    q50: float = c.number("Median.", ge=0)
    q75: float = c.number("75% quantile.", ge=0)
    q90: float = c.number("90% quantile.", ge=0)
    q95: float = c.number("95% quantile.", ge=0)
    line: float = c.line("Consensus line that it was made against.", nullable=True)
    line_snapshot_at: c.Moment = c.moment("Snapshot of that line.", nullable=True)
    over_probability: float = c.probability("Probability of more than the line, given no push.", nullable=True)
    push_probability: float = c.probability("Probability of exactly the line.", nullable=True)
    market_over_probability: float = c.probability("The market's no-vig probability of over.", nullable=True)
    bookmaker: str = c.text("Book of the best offer.", nullable=True)
    offer_line: float = c.line("Line of the best offer.", nullable=True)
    offer_side: str = c.text("Side of the best offer.", nullable=True, isin=("OVER", "UNDER"))
    offer_price: float = c.price("Best offer.", nullable=True)
    offer_fair_price: float = c.number("Decimal price at which that offer has no expectation.", nullable=True, ge=1)
    edge: float = c.number("Win probability of the offer less the market's, both given no push.", nullable=True)
    expected_value: float = c.number("Expected profit of the best offer per unit staked.", nullable=True)
    recommendation: str = c.text("What to do.", isin=RECOMMENDATIONS)
    reason: str = c.text("Why.")
    is_active: bool = c.flag("Whether it stands; false once a newer one superseded it.")
    superseded_by: str = c.text("The prediction that superseded it.", nullable=True)


class PropOffers(Contract):
    """What a system thinks of every offered line: one row an active prediction and bookmaker."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    player_id: int = c.player_id()
    market: str = c.market()
    system: str = c.system()
    bookmaker: str = c.bookmaker()
    line: float = c.line()
    over_price: float = c.price("Over.")
    under_price: float = c.price("Under.")
    over_probability: float = c.probability("Probability of more than the line.")
    push_probability: float = c.probability("Probability of exactly the line.")
    under_probability: float = c.probability("Probability of less than the line.")
    over_fair_price: float = c.number("Decimal price at which over has no expectation.", nullable=True, ge=1)
    under_fair_price: float = c.number("Decimal price at which under has no expectation.", nullable=True, ge=1)
    over_expected_value: float = c.number("Expected profit of over per unit staked.")
    under_expected_value: float = c.number("Expected profit of under per unit staked.")
    snapshot_at: c.Moment = c.moment("Snapshot of the offer.")


class PredictionExclusions(Contract):
    """Who was not predicted and why: one row a player or spelling, game, market and system."""

    game_id: str = c.game_id(nullable=True)
    game_date: pl.Date = c.game_date()
    player_id: int = c.number("The NBA's player id; null for a spelling that did not resolve.", nullable=True)
    source_name: str = c.text("Bookmaker's spelling, where that is all there is.", nullable=True)
    market: str = c.market()
    system: str = c.system()
    reason: str = c.text("Why he was not predicted.")


class PredictionGrades(Contract):
    """How a prediction turned out: one row an active prediction of a final game."""

    prediction_id: str = c.text("The prediction.")
    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    player_id: int = c.player_id()
    market: str = c.market()
    system: str = c.system()
    outcome: str = c.text("Against its line; VOID if he did not play.", isin=OUTCOMES)
    actual: float = c.number("The settled value; null if he did not play.", nullable=True, ge=0)
    error: float = c.number("Mean of the prediction less the settled value.", nullable=True)
    line: float = c.line("Line that it was made against.", nullable=True)
    line_error: float = c.number("That line less the settled value.", nullable=True)
    over_probability: float = c.probability("Probability of over given no push.", nullable=True)
    market_over_probability: float = c.probability("The market's at the same line.", nullable=True)
    log_loss: float = c.number(
        "Minus log of the probability given to what happened; null on push or void.", nullable=True, ge=0
    )
    market_log_loss: float = c.number("The market's log loss on the same row.", nullable=True, ge=0)
    brier: float = c.number(
        "Squared error of the probability of over; null on push or void.", nullable=True, ge=0, le=1
    )
    market_brier: float = c.number("The market's squared error on the same row.", nullable=True, ge=0, le=1)
    hit: bool = c.flag("Whether the likelier side won; null on push, void or exactly one half.", nullable=True)
    recommendation: str = c.text("What it recommended.", isin=RECOMMENDATIONS)
    profit: float = c.number("Profit per unit staked on the recommendation; null if none or void.", nullable=True)
    closing_line: float = c.line("Closing consensus line.", nullable=True)
    closing_over_probability: float = c.probability("Closing no-vig probability of over.", nullable=True)
    closing_line_value: float = c.number(
        "Points by which the line taken was better than the closing line, for the recommended side.", nullable=True
    )


class SystemPerformance(Contract):
    """The record: one row a system, market, window and date, over the graded predictions of the window."""

    game_date: pl.Date = c.game_date()
    system: str = c.system()
    market: str = c.market()
    window: str = c.text("Days that end with the date, or the season to date.", isin=WINDOWS)
    predictions: int = c.number("Predictions of players who played.", ge=0)
    graded: int = c.number("Of those, with a line and no push.", ge=0)
    mae: float = c.number("Mean absolute error of the predicted mean.", nullable=True, ge=0)
    line_mae: float = c.number("Mean absolute error of the line, on the rows that had one.", nullable=True, ge=0)
    hit_rate: float = c.probability("Share in which the likelier side won.", nullable=True)
    hit_rate_low: float = c.probability("Lower end of its 95% Wilson interval.", nullable=True)
    hit_rate_high: float = c.probability("Upper end of its 95% Wilson interval.", nullable=True)
    log_loss: float = c.number("Mean log loss of the probability of over.", nullable=True, ge=0)
    market_log_loss: float = c.number("The market's on identical rows.", nullable=True, ge=0)
    log_loss_difference_error: float = c.number(
        "Standard error of the mean difference to the market's log loss.", nullable=True, ge=0
    )
    brier: float = c.number("Mean squared error of the probability of over.", nullable=True, ge=0, le=1)
    market_brier: float = c.number("The market's on identical rows.", nullable=True, ge=0, le=1)
    over_rate: float = c.probability("Share of overs.", nullable=True)
    mean_over_probability: float = c.probability("Mean probability of over.", nullable=True)
    bets: int = c.number("Recommended bets that were settled.", ge=0)
    profit: float = c.number("Their profit in units of one stake each.")
    closing_line_value: float = c.number("Their mean closing line value, in points.", nullable=True)


class SystemCalibration(Contract):
    """Calibration bins: one row a system, market, window, date and tenth of the probability of over."""

    game_date: pl.Date = c.game_date()
    system: str = c.system()
    market: str = c.market()
    window: str = c.text("Days that end with the date, or the season to date.", isin=WINDOWS)
    bin_from: float = c.probability("Lower end of the bin.")
    graded: int = c.number("Graded predictions in the bin.", ge=1)
    mean_over_probability: float = c.probability("Their mean probability of over.")
    over_rate: float = c.probability("Share of overs among them.")


_KEY = ("game_date", "game_id", "player_id", "market", "system")
MODELS = Table("predictions", "models", Models, ("season", "system", "market"), partition=None)
PLAYER_PROP_PREDICTIONS = Table(
    "predictions", "player_prop_predictions", PlayerPropPredictions, (*_KEY, "prediction_id")
)
PROP_OFFERS = Table("predictions", "prop_offers", PropOffers, (*_KEY, "bookmaker"))
PREDICTION_EXCLUSIONS = Table(
    "predictions",
    "prediction_exclusions",
    PredictionExclusions,
    ("game_date", "game_id", "player_id", "source_name", "market", "system"),
)
PREDICTION_GRADES = Table("predictions", "prediction_grades", PredictionGrades, (*_KEY, "prediction_id"))
SYSTEM_PERFORMANCE = Table(
    "predictions", "system_performance", SystemPerformance, ("game_date", "system", "market", "window")
)
SYSTEM_CALIBRATION = Table(
    "predictions", "system_calibration", SystemCalibration, ("game_date", "system", "market", "window", "bin_from")
)

TABLES = (
    MODELS,
    PLAYER_PROP_PREDICTIONS,
    PROP_OFFERS,
    PREDICTION_EXCLUSIONS,
    PREDICTION_GRADES,
    SYSTEM_PERFORMANCE,
    SYSTEM_CALIBRATION,
)
