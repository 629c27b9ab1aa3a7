"""The language of rules: parser, check and evaluation."""
