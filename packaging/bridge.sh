#!/bin/sh
# Runs the installed version. Resolved first: an upgrade moves "current", and a process must go on loading from the version it began with.
exec "$(readlink -f @LIB@/current)/Bridge.Host" "$@"
