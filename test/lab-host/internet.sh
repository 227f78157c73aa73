#!/bin/bash
# The first process of a lab host's "internet": a neighbour that answers ping and HTTP at 203.0.113.8 and 8.8.8.8.
# It has its own PID namespace, so the host sees it only as something at the other end of a cable.
# Out: the line `ready`, once the web server listens.
set -eu
hostname internet
exec python3 "$LAB_SCRIPTS/internet-server.py"
