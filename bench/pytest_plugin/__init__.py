"""lockbench for other people's tests: pytest finds `bench.pytest_plugin.plugin` by its entry point."""
