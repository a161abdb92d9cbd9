"""A real Elasticsearch on loopback, for development and tests on machines without containers.

Standard library only: `.ci/run` and `make elasticsearch` run it before anything is installed.
"""
