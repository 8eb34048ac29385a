#!/bin/sh
# What tests run in place of Python, with its arguments: -B, -W, ignore, the runner, the job. It does in the job's folder what the
# file `peer` there says. A program that a test wrote could not be run while another thread begins one of its own.
cd "$(dirname "$5")" || exit 1
. ./peer
