# `make chat` and `make test` do all of their own set-up; nothing but Python 3.11 or later and make is needed.
PYTHON ?= python3
RUN := .venv
DEV := .venv-dev
PIP := -m pip install -qq --disable-pip-version-check --no-input

.PHONY: chat install test test-slack-servers quick lint bench bench-matrix bench-slack eval calibrate lock clean

chat: $(RUN)/ready
	@$(RUN)/bin/hearings chat

# The bot for Slack and Matrix, ready to run: .venv/bin/hearings.
install: $(RUN)/ready

test: lint
	$(DEV)/bin/python -m pytest -n auto --dist worksteal

# Also on two servers that others made to play Slack; needs npm and Node, and Linux on x64.
test-slack-servers: $(DEV)/ready .slack-servers/ready
	$(DEV)/bin/python -m pytest -n0 tests/slack_servers

quick: $(DEV)/ready
	$(DEV)/bin/python -m pytest -n auto --dist worksteal -m "not slow"

lint: $(DEV)/ready
	$(DEV)/bin/ruff format --check
	$(DEV)/bin/ruff check
	$(DEV)/bin/mypy
	$(DEV)/bin/lint-imports --no-logo

bench: $(DEV)/ready
	$(DEV)/bin/python -m tests.bench

# The bot beside the thinnest bot that nio makes, on a homeserver of its own.
bench-matrix: $(DEV)/ready
	$(DEV)/bin/python -m tests.bench.matrix

# The bot beside a bare AsyncApp as Bolt documents it, on the project's own fake of Slack.
bench-slack: $(DEV)/ready
	$(DEV)/bin/python -m tests.bench.slack

# Digests under SIGKILL, ten times on each database and with replicas of which one dies for good; then 10,000 for 3 days.
soak: $(DEV)/ready
	$(DEV)/bin/python -m tests.digests.soak
	$(DEV)/bin/hearings digests simulate --subscriptions 10000 --days 3

# The question files, those developed on and the locked one.
eval: $(DEV)/ready
	$(DEV)/bin/python -m tests.eval

# The weights of the decision whether a question is answered, from the sets that are developed on.
calibrate: $(DEV)/ready
	$(DEV)/bin/python -m tests.eval.calibrate

# The two locks, made anew from pyproject.toml; hashes, no index lines.
lock: $(DEV)/ready
	$(DEV)/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
		--upgrade --extra meaning --group build -o requirements.lock pyproject.toml
	$(DEV)/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
		--upgrade --extra meaning --group build --group dev -o requirements-dev.lock -c requirements.lock pyproject.toml

clean:
	rm -rf $(RUN) $(DEV) .slack-servers build dist

# An environment is ready when its lock and the project itself are in it; changed locks make it anew.
$(RUN)/ready: requirements.lock pyproject.toml
	$(call environment,$(RUN),requirements.lock)

$(DEV)/ready: requirements-dev.lock pyproject.toml
	$(call environment,$(DEV),requirements-dev.lock)

.slack-servers/ready: tests/slack_servers/package.json
	@mkdir -p $(@D)
	@cp $< $(@D)
	@cd $(@D) && npm install --ignore-scripts --no-audit --no-fund --no-package-lock
	@touch $@

define environment
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "hearings: $$($(PYTHON) --version) found, Python 3.11 or later needed; try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Setting up $(1) (once) ..."
	@$(PYTHON) -m venv --clear $(1)
	@$(1)/bin/python $(PIP) --require-hashes --requirement $(2)
	@$(1)/bin/python $(PIP) --no-deps --no-build-isolation --editable .
	@touch $@
endef
