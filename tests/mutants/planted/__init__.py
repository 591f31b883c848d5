"""Bugs, a file for each part of the product; each file is found by looking in this folder and says which tests look for its bugs."""
