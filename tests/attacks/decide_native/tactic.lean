decide +native
