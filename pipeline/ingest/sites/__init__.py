"""Sites: the register, its joins and the territories of its communes."""
