"""`python -m generator` is `tocsin`."""

from generator.cli.main import main

if __name__ == "__main__":
    main()
