module
public import Stepwise.Describe
public import Stepwise.Judge
public section

/-!
The stepper's request loop: one process, one thread, requests answered in order. Ids are handed out by this process and never
used twice, so that a released or stale id can never mean another state.
-/
namespace Stepwise
open Lean

structure Server where
  out : IO.FS.Handle
  imports : ImportCache
  /-- The last few; older ones are forgotten, their numbers never used again. -/
  headers : IO.Ref (Array (Option Header))
  states : IO.Ref (Array (Option ProofState))
  live : IO.Ref Nat

def failed (e : SourceError) : Fields := ("status", .str "failed") :: e.fields

/-- The table of states, owned by the caller until it is set again, so that it is changed in place. -/
def Server.takeStates (s : Server) : IO (Array (Option ProofState)) := do
  let states ← s.states.get
  s.states.set #[]
  return states

def Server.keep (s : Server) (state : ProofState) : IO Nat := do
  let states ← s.takeStates
  let id := states.size
  s.states.set (states.push (some state))
  s.live.set ((← s.live.get) + 1)
  return id

def Server.find (s : Server) (id : Nat) : IO (Option ProofState) := do
  let states ← s.states.get
  if h : id < states.size then return states[id] else return none

def Server.free (s : Server) (id : Nat) : IO Unit := do
  let states ← s.takeStates
  if h : id < states.size then
    match states[id] with
    | some _ =>
      s.states.set (states.set id none)
      s.live.set ((← s.live.get) - 1)
    | none => s.states.set states
  else s.states.set states

def keptHeaders : Nat := 8

/-- A client that opens the same text twice gets the same header. -/
def Server.headerOf (s : Server) (text : String) : IO (Except SourceError (Nat × Header)) := do
  let headers ← s.headers.get
  match same text headers headers.size with
  | some r => return .ok r
  | none => match ← Stepwise.openHeader s.imports text with
    | .error e => return .error e
    | .ok h =>
      let headers := if headers.size ≥ keptHeaders then headers.set! (headers.size - keptHeaders) none else headers
      s.headers.set (headers.push (some h))
      return .ok (headers.size, h)
where same (text : String) (headers : Array (Option Header)) : Nat → Option (Nat × Header)
  | 0 => none
  | i + 1 => match headers[i]? with
    | some (some h) => if h.text == text then some (i, h) else same text headers i
    | _ => none

def Server.openHeader (s : Server) (text : String) : IO Fields := do
  match ← s.headerOf text with
  | .error e => return failed e
  | .ok (i, _) => return [("status", .str "ok"), ("header", num i)]

partial def declarationsJson : List Declaration → List Json
  | [] => []
  | d :: rest => d.json :: declarationsJson rest

def Server.scan (s : Server) (request : Json) : IO Fields := do
  let text := textD request "text" ""
  let all := natD request "all" 0 == 1
  let result ← match text? request "header" with
    | none => Stepwise.scan s.imports text none all
    | some header => match ← s.headerOf header with
      | .error e => pure (.error e)
      | .ok (_, h) => Stepwise.scan s.imports text (some h) all
  match result with
  | .error e => return failed e
  | .ok found => return [("status", .str "ok"), ("declarations", objects (declarationsJson found))]

def Server.start (s : Server) (request : Json) : IO Fields := do
  let headers ← s.headers.get
  match headers[natD request "header" headers.size]? with
  | some (some header) =>
    match ← Stepwise.start header (textD request "declaration" "") with
    | .error e => return failed e
    | .ok state =>
      let id ← s.keep state
      return appendAll [("status", .str "advanced"), ("state", num id), ("name", .str state.root.name.toString)] (← describe state)
  | _ => return failed { kind := "unknown_header", message := "no such header" }

def rejected (r : Rejection) (more : Fields) : Fields :=
  appendAll [("status", .str "rejected"), ("kind", .str r.kind), ("message", .str r.message)] more

def Server.step (s : Server) (request : Json) : IO Fields := do
  match ← s.find (natD request "state" 0) with
  | none => return failed { kind := "unknown_state", message := "no such state" }
  | some state =>
    let before ← IO.getNumHeartbeats
    let result ← Stepwise.step state (textD request "tactic" "") (natD request "heartbeats" 200000)
    let spent : Fields := [("heartbeats", num (((← IO.getNumHeartbeats) - before) / 1000))]
    match result with
    | .error r => return rejected r spent
    | .ok (state, text) =>
      let spent := ("tactic", .str text) :: spent
      match state.goals with
      | [] => match ← finish state with
        | .error r => return rejected r spent
        | .ok () => return ("status", .str "closed") :: spent
      | _ =>
        let id ← s.keep state
        return appendAll (("status", .str "advanced") :: ("state", num id) :: spent) (← describe state)

def Server.focus (s : Server) (request : Json) : IO Fields := do
  match ← s.find (natD request "state" 0) with
  | none => return failed { kind := "unknown_state", message := "no such state" }
  | some state => match openGoals state (natsOf request "goals") with
    | .error r => return rejected r []
    | .ok state =>
      let id ← s.keep state
      return appendAll [("status", .str "advanced"), ("state", num id)] (← describe state)

partial def freeAll (s : Server) (ids : Array Json) (i : Nat) : IO Unit := do
  if h : i < ids.size then
    match ids[i] with
    | .num n => s.free n.mantissa.toNat
    | _ => pure ()
    freeAll s ids (i + 1)

def Server.release (s : Server) (request : Json) : IO Fields := do
  match request.getObjVal? "states" with
  | .ok (.arr ids) => freeAll s ids 0
  | _ => pure ()
  return [("status", .str "ok"), ("live", num (← s.live.get))]

def Server.exported (s : Server) (request : Json) : IO Fields := do
  match ← Stepwise.exported s.imports (textD request "file" "") (textD request "name" "") with
  | .error e => return failed e
  | .ok (modules, data) => return [("status", .str "ok"), ("modules", strings modules), ("export", .str data)]

/-- The name of the theorem that a statement declares, as a file that proves it must have it. -/
def Server.nameOf (s : Server) (request : Json) : IO Fields := do
  match ← s.headerOf (textD request "header" "") with
  | .error e => return failed e
  | .ok (_, header) => match ← elaborateStatement header (textD request "declaration" "") with
    | .error e => return failed e
    | .ok stated =>
      let name := match privateToUserName? stated.name with
        | some n => n
        | none => stated.name
      return [("status", .str "ok"), ("name", .str name.toString)]

def Server.judge (s : Server) (request : Json) : IO Fields := do
  let claim : Claim := { name := textD request "name" "", modules := textsOf request "modules", data := textD request "export" "" }
  let bodies := natD request "bodies" 0 == 1
  let j ← match text? request "header" with
    | none => Stepwise.judge s.imports bodies "" none claim
    | some text => match ← s.headerOf text with
      | .error e => pure (cannotJudge ("the header does not elaborate: " ++ e.message))
      | .ok (_, header) =>
        Stepwise.judge s.imports bodies text (some { header, declaration := textD request "declaration" "" }) claim
  return [("status", .str j.verdict), ("reason", .str j.reason), ("axioms", strings (namesJson j.axioms)), ("type", .str j.type)]

def Server.answer (s : Server) (request : Json) : IO Fields := do
  match textD request "op" "" with
  | "open" => s.openHeader (textD request "text" "")
  | "scan" => s.scan request
  | "start" => s.start request
  | "step" => s.step request
  | "focus" => s.focus request
  | "release" => s.release request
  | "name" => s.nameOf request
  | "export" => s.exported request
  | "judge" => s.judge request
  | "stats" => return [("status", .str "ok"), ("live", num (← s.live.get)), ("headers", num (← s.headers.get).size),
      ("lean", .str Lean.versionString), ("githash", .str Lean.githash)]
  | "close" => return [("status", .str "ok")]
  | op => return failed { kind := "protocol", message := "unknown request " ++ op }

/-- Answers one request; an exception that Lean code threw is that request's answer, never the end of the process. -/
def Server.reply (s : Server) (line : String) : IO Bool := do
  let t ← IO.monoNanosNow
  match Json.parse line with
  | .error e => send s.out (obj (("id", num 0) :: failed { kind := "protocol", message := e })); return true
  | .ok request =>
    let id := natD request "id" 0
    let fields ← match ← (s.answer request).toBaseIO with
      | .ok fields => pure fields
      | .error e => pure (failed { kind := "internal", message := e.toString })
    let us := ((← IO.monoNanosNow) - t) / 1000
    send s.out (obj (("id", num id) :: ("us", num us) :: fields))
    return textD request "op" "" != "close"

partial def Server.loop (s : Server) (stdin : IO.FS.Stream) : IO Unit := do
  let line ← stdin.getLine
  if line.isEmpty then return
  if ← s.reply line then s.loop stdin

def serve (replyPath : String) : IO Unit := do
  let out ← IO.FS.Handle.mk replyPath .write
  let s : Server := {
    out, imports := ← IO.mkRef [], headers := ← IO.mkRef #[], states := ← IO.mkRef #[], live := ← IO.mkRef 0 }
  send out (obj [("id", num 0), ("status", .str "ready"), ("lean", .str Lean.versionString), ("githash", .str Lean.githash)])
  s.loop (← IO.getStdin)

end Stepwise
