"""Rule packs that ship with Vedette: one folder of YAML per subject, read as package data."""
