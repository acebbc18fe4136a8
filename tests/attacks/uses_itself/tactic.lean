exact target
