# What runs the whole program on a database does so on either engine.
BOTH_ENGINES = test(/^(mail_loop|agents|promises|rules|attacks|servers|bad_input|service)::/) - test(/^[a-z_]+::(sqlite|postgres)::/)

.PHONY: help demo test bench fuzz deb clean
help: ## these lines
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 8

demo: ## a support desk in a private mail world, on loopback (ONCE=1: ends by itself)
	@ONCE=$(ONCE) world/demo

test: ## every test; brings Dovecot, Postfix, dnsmasq and PostgreSQL if they are missing
	world/install --quiet
	cargo test --locked --doc --features failpoints
	@if cargo nextest --version >/dev/null 2>&1; then \
	  set -x; \
	  cargo nextest run --locked --features failpoints && \
	  TIDINGS_TEST_ENGINE=postgres cargo nextest run --locked --features failpoints -E '$(BOTH_ENGINES)'; \
	else \
	  set -x; \
	  cargo test --locked --features failpoints --lib --bins --tests && \
	  TIDINGS_TEST_ENGINE=postgres cargo test --locked --features failpoints --test it -- \
	    mail_loop:: agents:: promises:: rules:: attacks:: servers:: bad_input:: service:: --skip sqlite:: --skip postgres::; \
	fi

bench: ## messages per second: read on one core; and end to end, beside what the servers alone allow (MESSAGES=5000)
	cargo bench --locked --profile quick --bench reading
	cargo bench --locked --profile quick --bench calendar
	world/install --quiet
	cargo bench --locked --profile quick --bench promises
	cargo bench --locked --profile quick --bench report
	CONTACTS=$(CONTACTS) cargo bench --locked --profile quick --bench import
	MESSAGES=$(MESSAGES) cargo bench --locked --profile quick --bench mail_loop

fuzz: ## whatever is sent, 60 s each (SECONDS_EACH=60, TARGETS="parse imap")
	fuzz/run

deb: ## a Debian package, in target/debian
	packaging/build-deb

clean: ## what was built, and the cache of the private servers
	cargo clean
	rm -rf .cache
