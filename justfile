# Everything that has to hold before a commit.
check:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings
    cargo test
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps
    cargo build --examples

bench:
    cargo bench

evaluate folder:
    cargo run --release -- evaluate {{folder}} --sample 8 --time 30s --threads 2

demo:
    cargo run --release -- demo
