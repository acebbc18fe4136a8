import Std

theorem «A.target» : True := trivial

namespace «A»
end «A»
