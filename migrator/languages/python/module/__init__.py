"""One module as it is written: its lines and the changes to them (`sheet`), what it imports (`imports`) and exports (`exports`), what its names mean (`names`)."""
