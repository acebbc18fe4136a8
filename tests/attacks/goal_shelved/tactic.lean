refine (fun (_ : True) => ?later) ?now
case now => trivial
