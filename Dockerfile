# Vigie with its app, for compose.yaml. The store is elsewhere: VIGIE_STORE says where.
FROM python:3.12-slim-bookworm
WORKDIR /vigie
COPY requirements requirements
RUN pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
 && pip install --no-cache-dir --require-hashes -r requirements/lock.txt
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
 && useradd --create-home --uid 1000 vigie
USER 1000
# Within the container the app must be reached from outside of it; compose.yaml publishes it on loopback only.
ENV VIGIE_ADDRESS=0.0.0.0
EXPOSE 8501
CMD ["vigie", "start", "--no-browser"]
