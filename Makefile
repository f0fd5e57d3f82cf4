# Two commands are enough: make demo, make test. Everything they need they install themselves.
.PHONY: setup demo run test check bench fuzz clean lock
.DELETE_ON_ERROR:

BIN := .venv/bin

setup: .venv/.ready
	@$(BIN)/erv-gateway schemata install --quiet

.venv/.ready: requirements-dev.lock pyproject.toml ops/setup/venv.sh
	@echo "Richte die Umgebung ein (.venv) ..."
	@sh ops/setup/venv.sh

demo: setup
	@$(BIN)/erv-gateway demo --dir var/demo

# The stage of the last demo; a real installation: make run CONFIG=path/to/erv-gateway.toml
run: setup
	@$(BIN)/erv-gateway $(if $(CONFIG),run --config $(CONFIG),demo --keep --dir var/demo)

test: setup
	@sh ops/setup/browser.sh
	@sh ops/setup/softhsm.sh
	@sh ops/setup/fremdleser.sh
	@$(BIN)/python -m pytest -q -n 2 --dist loadscope

check: .venv/.ready
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: setup
	@$(BIN)/python -m bench

# Coverage-guided, over MIME, envelope and message; then every byte and every bit of small messages.
fuzz: setup .venv/.fuzz-ready
	@sh ops/fuzz.sh $(or $(SECONDS),60)
	@$(BIN)/python -m pytest -q tests/osci -m exhaustive --timeout 3600

.venv/.fuzz-ready: requirements-fuzz.lock .venv/.ready
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --no-deps -r requirements-fuzz.lock
	@touch $@

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra dev pyproject.toml -o requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --group build -o requirements-build.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --group fuzz -o requirements-fuzz.lock

clean:
	rm -rf .venv var build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
