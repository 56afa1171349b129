"""What stands on paper: the facts of each form, gathered for one signed-in person and ready for the typesetter."""
