"""Data of the program: icons, fonts, styles, classification codes, the compression dictionary."""
