"""Boards that stand still: pictures for slides, Markdown and CSV for mail. `cards` says what each tile tells a reader, in words and numbers
of their language; `picture` draws the cards, `texts` writes them."""
