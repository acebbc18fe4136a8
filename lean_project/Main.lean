module
public import Stepwise.Serve
public section

/-- `stepwise REPLY_PATH [dedicated]`: requests on standard input, replies to REPLY_PATH.

With `dedicated` the loop runs on one thread of its own, whose stack is as deep as `lean -s` says: native Lean's main thread has a
stack that deep recursion overflows. The embedded Lean has a deep main stack and no threads. -/
unsafe def main (args : List String) : IO UInt32 := do
  Lean.enableInitializersExecution
  match args with
  | [path] => Stepwise.serve path; return 0
  | [path, "dedicated"] =>
    let task ← IO.asTask (Stepwise.serve path) (prio := .dedicated)
    match ← IO.wait task with
    | .ok () => return 0
    | .error e => IO.eprintln e.toString; return 1
  | _ => IO.eprintln "usage: stepwise REPLY_PATH [dedicated]"; return 2
