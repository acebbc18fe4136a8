trivial
#exit
