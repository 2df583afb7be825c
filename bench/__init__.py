"""Speed and memory, measured on the shapes that matter. `make bench` runs all and writes docs/benchmarks.md."""
