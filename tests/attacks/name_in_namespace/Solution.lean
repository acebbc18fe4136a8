import Std

namespace N

theorem target : True := trivial

end N

export N (target)
