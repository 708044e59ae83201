"""The formatter: one layout for every text, nothing but the layout changed."""
