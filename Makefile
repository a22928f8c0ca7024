# Tunt skal: allt arbete görs av manage.py och pytest. Fungerar med GNU make på Debian, Ubuntu och macOS.
PORT ?= 8000
PY := .venv/bin/python
MAKEFLAGS += --no-print-directory
PDF_LIBRARIES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
LOCK := $(PY) -m uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links --quiet

.PHONY: help start setup test bench check lock python port
.DEFAULT_GOAL := help

help:
	@echo "BoU-portalen"
	@echo ""
	@echo "  make start [PORT=8000]   gör i ordning allt som behövs och öppnar portalen med demodata"
	@echo "  make test                gör i ordning allt som behövs och kör alla tester"
	@echo ""
	@echo "  make setup               bara iordningställandet: beroenden, databas, register"
	@echo "  make check               stil, importregler, systemkontroller, saknade migreringar"
	@echo "  make bench               hastigheter, som förhållanden mätta i en körning"
	@echo "  make lock                nya exakta versioner i requirements*.txt (UPGRADE=1 för de senaste)"
	@echo ""
	@echo "Det som måste finnas: git, make, Python 3.11 eller senare med venv."

# The port first: it is the one thing that can be wrong and takes no time to see.
start: python port .venv/.libraries .env
	@exec $(PY) manage.py start --port $(PORT)

port: python
	@python=$$($(FIND_PYTHON)) && "$$python" bou_portal/supervisor.py "$(PORT)"

setup: .venv/.libraries .env
	@$(PY) manage.py setup

# `make test ARGS="-k import"` hands its arguments to pytest.
test: setup .venv/.test
	@$(PY) -m tests.everything $(ARGS)

bench: setup .venv/.test
	@$(PY) -m tests.bench

check: setup .venv/.test
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check --quiet . || { echo "Kör: $(PY) -m ruff format ."; exit 1; }
	@$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"
	@$(PY) manage.py check --fail-level WARNING
	@$(PY) manage.py makemigrations --check --dry-run
	@DEMO=off DEBUG=off SECRET_KEY=$$($(PY) -c "import secrets; print(secrets.token_urlsafe(64))") \
		$(PY) manage.py check --deploy --fail-level WARNING

lock: .venv/.runtime
	@$(PY) -m pip install --quiet uv
	@$(LOCK) $(if $(UPGRADE),--upgrade) --extra test --output-file requirements-test.txt
	@$(LOCK) --constraint requirements-test.txt --output-file requirements.txt

# --- what the targets above stand on ---------------------------------------------------------------------------------
define FIND_PYTHON
for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; \
done
endef

python:
	@test -n "$$($(FIND_PYTHON))" || { \
		echo "BoU-portalen behöver Python 3.11 eller senare, och det finns inte här."; \
		echo "På Debian och Ubuntu: sudo apt-get install python3 python3-venv"; exit 1; }

# Demo settings for whoever has none; see docs/operations.md for an installation that others use.
.env:
	@cp .env.example .env

.venv/bin/python: | python
	@echo "Gör en egen Python-miljö i .venv ..."
	@$$($(FIND_PYTHON)) -m venv --clear .venv || { rm -rf .venv; echo ""; \
		echo "Pythons modul venv saknas eller är trasig."; \
		echo "På Debian och Ubuntu: sudo apt-get install python3-venv"; exit 1; }

.venv/.runtime: requirements.txt | .venv/bin/python
	@echo "Hämtar det portalen bygger på (ungefär en halv minut) ..."
	@$(PY) -m pip install -qq --require-hashes -r requirements.txt
	@touch $@

.venv/.test: requirements-test.txt | .venv/.runtime
	@echo "Hämtar det testerna bygger på ..."
	@$(PY) -m pip install -qq --require-hashes -r requirements-test.txt
	@touch $@

# WeasyPrint draws text with Pango, which pip cannot install.
.venv/.libraries: .venv/.runtime
	@$(PY) -c "import weasyprint" 2>/dev/null || $(INSTALL_LIBRARIES)
	@$(PY) -c "import weasyprint"
	@touch $@

define INSTALL_LIBRARIES
{ install="export DEBIAN_FRONTEND=noninteractive; apt-get update -qq && apt-get install -y -qq --no-install-recommends $(PDF_LIBRARIES)"; \
if ! command -v apt-get >/dev/null; then \
	echo "PDF-filerna behöver biblioteket Pango. Installera det (macOS: brew install pango, Fedora: sudo dnf install pango)"; \
	echo "och kör sedan samma kommando igen."; exit 1; \
elif [ "$$(id -u)" = 0 ]; then \
	echo "Installerar systembiblioteken för PDF ..."; sh -c "$$install" >/dev/null; \
elif sudo -n true 2>/dev/null; then \
	echo "Installerar systembiblioteken för PDF ..."; sudo -n sh -c "$$install" >/dev/null; \
else \
	echo "PDF-filerna behöver systembibliotek som du inte får installera utan lösenord. Kör den här raden,"; \
	echo "och sedan samma kommando igen:"; echo ""; \
	echo "  sudo apt-get update && sudo apt-get install -y $(PDF_LIBRARIES)"; exit 1; \
fi; }
endef
