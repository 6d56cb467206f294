# Waymark: make run starts it, make test shows that it keeps its promises.

export CGO_ENABLED := 1
# Three read models write at once: without this SQLite counts its memory under
# one lock for all of them, which costs a quarter of the speed.
export CGO_CFLAGS := -g -O2 -DSQLITE_DEFAULT_MEMSTATUS=0
export GOFLAGS := -tags=no_antithesis_sdk,sqlite_omit_load_extension $(GOFLAGS)

DEMO := .run/demo

.PHONY: help run build test check bench fuzz fmt

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build, then serve invented people's journeys and say where to look
	@mkdir -p $(DEMO)
	@bin/waymark serve --demo --data $(DEMO)

build: ## build bin/waymark
	@go build -o bin/ ./cmd/waymark

test: ## run every test
	go test ./...

check: ## format, vet, staticcheck, and every test with the race detector in a random order
	@unformatted=$$(gofmt -l cmd domain eventstore projections); \
		test -z "$$unformatted" || { echo "make fmt is needed for:" $$unformatted; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	go test -race -shuffle=on ./...

bench: ## measure, as ratios to a floor taken in the same run
	go test -run '^$$' -bench . -benchtime 3x -timeout 30m ./eventstore ./projections ./cmd/...

FUZZTIME ?= 30s

fuzz: ## fuzz every reader of what others wrote
	@for package in $$(go list ./...); do \
		for fuzz in $$(go test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			go test -run '^$$' -fuzz "^$$fuzz\$$" -fuzztime $(FUZZTIME) $$package || exit 1; \
		done; \
	done

fmt: ## format the code
	gofmt -w cmd domain eventstore projections
