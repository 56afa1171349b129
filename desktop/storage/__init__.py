"""The encrypted local store; the only package of the program that knows SQLAlchemy."""
