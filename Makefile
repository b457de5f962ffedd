.PHONY: help demo test bench clean
help: ## these lines
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 8

demo: ## a support desk in a private mail world, on loopback (ONCE=1: ends by itself)
	@ONCE=$(ONCE) world/demo

test: ## every test; brings Dovecot, Postfix and PostgreSQL if they are missing
	world/install --quiet
	cargo test --locked --doc
	@if cargo nextest --version >/dev/null 2>&1; then \
	  echo cargo nextest run --locked --features failpoints; \
	  cargo nextest run --locked --features failpoints; \
	else \
	  echo cargo test --locked --features failpoints --lib --bins --tests; \
	  cargo test --locked --features failpoints --lib --bins --tests; \
	fi

bench: ## messages per second, end to end, beside what the servers alone allow (MESSAGES=5000)
	world/install --quiet
	MESSAGES=$(MESSAGES) cargo bench --locked --profile quick --bench mail_loop

clean: ## what was built, and the cache of the private servers
	cargo clean
	rm -rf .cache
