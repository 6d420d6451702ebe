"""Small repositories of our own writing: `NAME/before`, what a phase makes of it in `NAME/after`, and a README that says what it shows."""
