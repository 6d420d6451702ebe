"""What branches become: carried, updated, taken back."""
