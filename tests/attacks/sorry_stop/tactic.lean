stop
rfl
