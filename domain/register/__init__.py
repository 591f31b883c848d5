"""The register (diaari): running case numbers and § numbers of one municipality and year, without gaps."""
