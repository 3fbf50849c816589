"""The command `tocsin`: one file a command, imported when it is called."""
