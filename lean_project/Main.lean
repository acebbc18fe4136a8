module
public import Stepwise.Serve
public section

/-- `stepwise REPLY_PATH [dedicated]`: requests on standard input, replies to REPLY_PATH.

With `dedicated`, which native Lean is given, the loop gets a deep stack. Interpreted, that is a thread of its own, as deep as `lean --tstack`
says: the interpreter's main thread has a stack that deep recursion overflows. An executable has no such option, but its main thread may grow as
far as its parent allows; and it must be told where the library is, which `lean` finds by itself. The embedded Lean has a deep main
stack and no threads. -/
unsafe def main (args : List String) : IO UInt32 := do
  Lean.enableInitializersExecution
  match args with
  | [path] => Stepwise.serve path; return 0
  | [path, "dedicated"] =>
    match ← Lean.searchPathRef.get with
    | [] =>
      Lean.initSearchPath (← Lean.findSysroot)
      Stepwise.serve path
      return 0
    | _ =>
      let task ← IO.asTask (Stepwise.serve path) (prio := .dedicated)
      match ← IO.wait task with
      | .ok () => return 0
      | .error e => IO.eprintln e.toString; return 1
  | _ => IO.eprintln "usage: stepwise REPLY_PATH [dedicated]"; return 2
