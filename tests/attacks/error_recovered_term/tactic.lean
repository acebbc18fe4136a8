exact no_such_lemma 2 2
