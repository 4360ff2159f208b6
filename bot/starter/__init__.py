"""The starter folder that `vedette init` writes, and the catalogue of known feeds that it is made from."""
