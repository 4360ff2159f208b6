"""The rules that ship with Vedette."""
