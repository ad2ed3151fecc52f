# The Dagster UI and its daemon; everything is written below /data. Versions are those of constraints.txt.
FROM python:3.11-slim

# LightGBM needs the OpenMP runtime, which the slim image lacks.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1000 --create-home nba \
    && install --directory --owner=nba --group=nba /data

WORKDIR /app
COPY pyproject.toml setup.cfg constraints.txt README.md ./
COPY nba_props/ nba_props/
RUN pip install --no-cache-dir --constraint constraints.txt . && rm -rf build nba_props *.egg-info
COPY workspace.yaml ./

ENV NBA_PROPS_HOME=/data \
    DAGSTER_HOME=/data/dagster \
    PYTHONUNBUFFERED=1
USER nba
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGINT
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:3000/server_info', timeout=4)"]

# The home is prepared first, as `nba-props dev` does, which serves this machine only.
CMD ["sh", "-c", "python -c 'from nba_props.orchestration.instance import prepare_home; from nba_props.settings import load_settings; prepare_home(load_settings())' && exec dagster dev -h 0.0.0.0 -p 3000 -w workspace.yaml"]
