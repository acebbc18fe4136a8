module
public import Stepwise.Source
public import Stepwise.Guard
public section

/-!
Proof states: what a statement starts with, what a tactic makes of it, and when it is finished.

A step is strict where Lean's own tactic blocks are lenient: no error recovery, no error turned into `sorry`, heartbeats
counted per step, the tactic parsed to the end of its text. A state is finished only when the root proof has
no metavariable and no `sorryAx`, and the kernel has accepted it.
-/
namespace Stepwise
open Lean Meta Elab Tactic

/-- What the states of one statement share. -/
structure Root where
  name : Name
  type : Expr
  levels : List Name
  goal : MVarId
  /-- The environment before the proof: constants that are not in it were added by tactics. -/
  env : Environment

structure ProofState where
  root : Root
  core : Core.Context
  coreState : Core.State
  metaState : Meta.State
  termState : Term.State
  goals : List MVarId
  /-- Of a state that was opened on some goals of another: those goals, which are all that it has to close. Empty: the whole statement. -/
  opened : List MVarId := []

/-- Why a step was refused: `kind` is one of parse, forbidden, error, sorry, heartbeats, kernel, metavariables, axiom. -/
structure Rejection where
  kind : String
  message : String

def isInternal : Exception → Bool
  | .internal .. => true
  | .error .. => false

def ProofState.run (s : ProofState) (x : TacticM α) : IO (Except Exception (α × ProofState)) := do
  let tactic : IO.Ref Tactic.State ← IO.mkRef { goals := s.goals }
  let term : IO.Ref Term.State ← IO.mkRef s.termState
  let mctx : IO.Ref Meta.State ← IO.mkRef s.metaState
  let core : IO.Ref Core.State ← IO.mkRef s.coreState
  let termCtx : Term.Context := { declName? := some s.root.name, errToSorry := false }
  match ← (((((x { elaborator := .anonymous, recover := false }) tactic) termCtx) term) {} mctx s.core core).toBaseIO with
  | .error e =>
    let messages := (← core.get).messages.toList
    return .error (if isInternal e then logged messages else e)
  | .ok a =>
    return .ok (a, { s with coreState := ← core.get, metaState := ← mctx.get, termState := ← term.get, goals := (← tactic.get).goals })

where
  /-- An abort says nothing itself: the reason is the error that was logged before it. -/
  logged : List Message → Exception
    | [] => .error .missing "the elaborator gave up"
    | m :: rest => match m.severity with
      | .error => .error .missing m.data
      | _ => logged rest

def messageOf (e : Exception) : IO String := e.toMessageData.toString

partial def errorText : List Message → IO (List String)
  | [] => return []
  | m :: rest => do
    let others ← errorText rest
    match m.severity with
    | .error => return (← m.data.toString) :: others
    | _ => return others

/-- Deterministic timeouts surface as ordinary error messages when a combinator rethrows them. -/
def isTimeout (message : String) : Bool :=
  occursIn "(deterministic) timeout" message || occursIn "maximum number of heartbeats" message

def rejectionOf (e : Exception) : IO Rejection := do
  let message ← messageOf e
  return { kind := if e.isMaxHeartbeat || isTimeout message then "heartbeats" else "error", message }

def usedConstants (info : ConstantInfo) : List Name :=
  appendAll (arrayToList info.type.getUsedConstants)
    (match info.value? (allowOpaque := true) with | some v => arrayToList v.getUsedConstants | none => [])

/-! ## Starting a statement -/

mutual
partial def nodeTrees (n : PersistentArrayNode InfoTree) (acc : List InfoTree) : List InfoTree :=
  match n with
  | .node cs => nodesTrees cs cs.size acc
  | .leaf vs => arrTrees vs vs.size acc
partial def nodesTrees (cs : Array (PersistentArrayNode InfoTree)) (i : Nat) (acc : List InfoTree) : List InfoTree :=
  match i with
  | 0 => acc
  | i+1 => if h : i < cs.size then nodesTrees cs i (nodeTrees cs[i] acc) else acc
partial def arrTrees (vs : Array InfoTree) (i : Nat) (acc : List InfoTree) : List InfoTree :=
  match i with
  | 0 => acc
  | i+1 => if h : i < vs.size then arrTrees vs i (vs[i] :: acc) else acc
end
def treesOf (a : PersistentArray InfoTree) : List InfoTree := nodeTrees a.root (arrTrees a.tail a.tail.size [])

partial def findSorry (ci? : Option ContextInfo) : InfoTree → Option (ContextInfo × TacticInfo)
  | .context c t => findSorry (c.mergeIntoOuter? ci?) t
  | .node (.ofTacticInfo ti) ts =>
    if ti.stx.getKind == ``Lean.Parser.Tactic.tacticSorry then (match ci? with | some ci => some (ci, ti) | none => none) else go ci? (treesOf ts)
  | .node _ ts => go ci? (treesOf ts)
  | .hole _ => none
where go (ci? : Option ContextInfo) : List InfoTree → Option (ContextInfo × TacticInfo)
  | [] => none
  | t :: ts => match findSorry ci? t with
    | some r => some r
    | none => go ci? ts

partial def firstSorry : List InfoTree → Option (ContextInfo × TacticInfo)
  | [] => none
  | t :: ts => match findSorry none t with
    | some r => some r
    | none => firstSorry ts

/-- A declaration elaborated with `sorry` for its proof, in the state of its header. -/
structure Stated where
  name : Name
  info : ConstantInfo
  state : Command.State
  trees : List InfoTree

def elaborateStatement (header : Header) (declaration : String) : IO (Except SourceError Stated) := do
  let src := declaration ++ "\n  := by sorry"  -- on a line of its own: the declaration may end in a comment
  let input := mkInput src
  let (stx, next, messages) := Parser.parseCommand input (parserContext header.state) {} {}
  match ← firstError messages.toList with
  | some e => return .error { e with kind := "syntax" }
  | none =>
    if next.pos.byteIdx < src.rawEndPos.byteIdx then
      return .error { kind := "syntax", message := "the statement holds more than one declaration" }
    match theoremOf stx with
    | none => return .error { kind := "syntax", message := "the statement is not a theorem" }
    | some found =>
      let state ← runCommand input { header.state with infoState := { enabled := true } } stx 0
      match ← firstError state.messages.toList with
      | some e => return .error e
      | none =>
        let name := declared header.state found 1
        match resolve state.env name with
        | none => return .error { kind := "elaboration", message := "the statement declares no theorem " ++ name.toString }
        | some name => match state.env.find? name with
          | some info => match info with
            | .thmInfo _ => return .ok { name, info, state, trees := treesOf state.infoState.trees }
            | _ => return .error { kind := "elaboration", message := name.toString ++ " is not a theorem" }
          | none => return .error { kind := "elaboration", message := "the statement declares no theorem " ++ name.toString }

partial def countVisible : List FVarId → LocalContext → Nat
  | [], _ => 0
  | f :: rest, lctx => match lctx.find? f with
    | some d => (if d.isImplementationDetail then 0 else 1) + countVisible rest lctx
    | none => countVisible rest lctx

/-- Constants that the elaboration of a statement added and its type needs (matchers, `_proof_1`s), dependencies first. -/
partial def auxiliaries (base full : Environment) : List Name → NameSet → List Name → NameSet × List Name
  | [], seen, acc => (seen, acc)
  | n :: rest, seen, acc =>
    if seen.contains n || base.contains n then auxiliaries base full rest seen acc
    else match full.find? n with
      | none => auxiliaries base full rest (seen.insert n) acc
      | some info =>
        let (seen, acc) := auxiliaries base full (usedConstants info) (seen.insert n) acc
        auxiliaries base full rest seen (n :: acc)

def addAuxiliary (full env : Environment) (n : Name) (decl : Lean.Declaration) : Except String Environment :=
  match env.addDeclCore 0 decl none (doCheck := true) with
  | .error _ => .error ("the kernel refused the auxiliary " ++ n.toString)
  | .ok env => match Match.Extension.getMatcherInfo? full n with
    | some info => .ok (Match.Extension.addMatcherInfo env n info)
    | none => .ok env

def addAuxiliaries (full : Environment) : List Name → Environment → Except String Environment
  | [], env => .ok env
  | n :: rest, env =>
    let added := match full.find? n with
      | some (.defnInfo d) => addAuxiliary full env n (.defnDecl d)
      | some (.thmInfo d) => addAuxiliary full env n (.thmDecl d)
      | some (.opaqueInfo d) => addAuxiliary full env n (.opaqueDecl d)
      | _ => .error ("the statement needs the auxiliary " ++ n.toString ++ ", which is no definition")
    match added with
    | .ok env => addAuxiliaries full rest env
    | .error e => .error e

/-- The header's environment and the auxiliaries of a type: everything that the statement needs, without its theorem. -/
def statementEnv (base full : Environment) (type : Expr) : Except String Environment :=
  let (_, found) := auxiliaries base full (arrayToList type.getUsedConstants) {} []
  addAuxiliaries full (reversed found []) base

/-- The state before the first tactic: the binders of the statement introduced, the theorem itself nowhere in sight
(the goal is built from the statement's type, in an environment and a context that do not hold it). -/
def start (header : Header) (declaration : String) : IO (Except SourceError ProofState) := do
  match ← elaborateStatement header declaration with
  | .error e => return .error e
  | .ok stated =>
    match firstSorry stated.trees with
    | none => return .error { kind := "elaboration", message := "the proof of the statement is no tactic block" }
    | some (ci, ti) =>
      match statementEnv header.state.env stated.state.env stated.info.type with
      | .error message => return .error { kind := "elaboration", message }
      | .ok env =>
      let lctx := match ti.goalsBefore with
        | g :: _ => match ti.mctxBefore.findDecl? g with
          | some d => d.lctx
          | none => {}
        | [] => {}
      let binders := countVisible (arrayToList lctx.getFVarIds) lctx
      let core : Core.Context := {
        fileName := "<tactic>", fileMap := FileMap.ofString "", options := ci.options, currNamespace := ci.currNamespace,
        openDecls := ci.openDecls, maxRecDepth := maxRecDepth.get ci.options, initHeartbeats := ← IO.getNumHeartbeats }
      let root : Root := {
        name := stated.name, type := stated.info.type, levels := stated.info.levelParams, goal := ⟨.anonymous⟩, env }
      let empty : ProofState := {
        root, core, metaState := {}, termState := { levelNames := stated.info.levelParams }, goals := [],
        coreState := { env, ngen := { namePrefix := `_stepwise }, nextMacroScope := stated.state.nextMacroScope,
                       infoState := { enabled := false } } }
      let r ← empty.run do
        let g ← mkFreshExprSyntheticOpaqueMVar root.type
        let (_, g') ← g.mvarId!.introNP binders
        return (g.mvarId!, g')
      match r with
      | .error e => return .error { kind := "elaboration", message := ← messageOf e }
      | .ok ((g, g'), s) => return .ok { s with root := { root with goal := g }, goals := [g'] }

/-! ## Steps -/

def parseTactic (s : ProofState) (tactic : String) : Except String Syntax :=
  let input := mkInput tactic
  let ctx : Parser.ParserModuleContext :=
    { env := s.coreState.env, options := s.core.options, currNamespace := s.core.currNamespace, openDecls := s.core.openDecls }
  let p := Parser.andthenFn Parser.whitespace Parser.Tactic.tacticSeq.fn
  let r := p.run input ctx (Parser.getTokenTable s.coreState.env) (Parser.mkParserState tactic)
  if r.hasError then .error (r.toErrorMsg input)
  else if r.pos.byteIdx < tactic.rawEndPos.byteIdx then .error ((r.mkError "end of input").toErrorMsg input)
  else .ok r.stxStack.back

partial def assignedSorry (mctx : MetavarContext) : List MVarId → Bool
  | [] => false
  | g :: rest =>
    let (e, _) := instantiateMVarsCore mctx (.mvar g)
    e.hasSorry || assignedSorry mctx rest

/-- The tactic that a search tactic such as `exact?` says it found. -/
def suggestionIn (message : String) : Option String :=
  match message.splitOn "Try this:" with
  | _ :: rest :: _ =>
    let text := rest.trimAscii.toString
    let text := match text.splitOn "] " with
      | tag :: more => if tag.startsWith "[" then join "] " more else text
      | [] => text
    match text.splitOn "\n-- Remaining" with
    | first :: _ => some first.trimAscii.toString
    | [] => none
  | _ => none

partial def firstSuggestion : List Message → IO (Option String)
  | [] => return none
  | m :: rest => do
    match suggestionIn (← m.data.toString) with
    | some t => return some t
    | none => firstSuggestion rest

/-- A step's own messages, caches of the last step dropped, heartbeats from zero. -/
def fresh (s : ProofState) (heartbeats : Nat) : IO ProofState := do
  return { s with
    core := { s.core with initHeartbeats := ← IO.getNumHeartbeats, maxHeartbeats := heartbeats * 1000 }
    coreState := { s.coreState with messages := {}, traceState := {}, snapshotTasks := #[] } }

def runSyntax (s : ProofState) (stx : Syntax) (heartbeats : Nat) : IO (Except Rejection ProofState) := do
  let before := s.goals
  match ← (← fresh s heartbeats).run (do evalTactic stx; Term.synthesizeSyntheticMVarsNoPostponing; pruneSolvedGoals) with
  | .error e => return .error (← rejectionOf e)
  | .ok (_, s) =>
    match ← errorText s.coreState.messages.toList with
    | message :: _ => return .error { kind := if isTimeout message then "heartbeats" else "error", message }
    | [] =>
      if assignedSorry s.metaState.mctx before then
        return .error { kind := "sorry", message := "the tactic closes a goal with `sorry`" }
      return .ok s

/-- Runs a tactic; the state after it, and the tactic as it is to be recorded (for a search tactic, what it found). -/
def step (s : ProofState) (tactic : String) (heartbeats : Nat) : IO (Except Rejection (ProofState × String)) := do
  match parseTactic s tactic with
  | .error message => return .error { kind := "parse", message }
  | .ok stx =>
    match soleTactic stx with
    | some kind =>
      if memName kind suggestionKinds then
        match ← (← fresh s heartbeats).run (do evalTactic stx; Term.synthesizeSyntheticMVarsNoPostponing; pruneSolvedGoals) with
        | .error e => return .error (← rejectionOf e)
        | .ok (_, after) => match ← firstSuggestion after.coreState.messages.toList with
          | none => return .error { kind := "error", message := "the search tactic found nothing" }
          | some found => match parseTactic s found with
            | .error message => return .error { kind := "parse", message }
            | .ok stx => checked stx found
      else checked stx tactic
    | none => checked stx tactic
where
  soleTactic (stx : Syntax) : Option Name :=
    let items := stx[0][0].getArgs
    if items.size == 1 then some stx[0][0][0].getKind else none
  checked (stx : Syntax) (text : String) : IO (Except Rejection (ProofState × String)) := do
    match forbidden stx with
    | some message => return .error { kind := "forbidden", message }
    | none => match ← runSyntax s stx heartbeats with
      | .error r => return .error r
      | .ok s => return .ok (s, text)

/-! ## Finishing -/

/-- Walks what tactics added to the environment; the first refused axiom on the way. -/
partial def refusedIn (root now : Environment) : List Name → NameSet → Option Name
  | [], _ => none
  | n :: rest, seen =>
    if seen.contains n then refusedIn root now rest seen
    else if memName n refusedAxioms then some n
    else if root.contains n then refusedIn root now rest (seen.insert n)
    else match now.find? n with
      | none => refusedIn root now rest (seen.insert n)
      | some (.axiomInfo _) => some n
      | some info => refusedIn root now (appendAll (usedConstants info) rest) (seen.insert n)

/-- The kernel's word on a closed term, and why not, if not. -/
def accepted (s : ProofState) (type value : Expr) (isProp : Bool) : IO (Except Rejection Unit) := do
  if value.hasExprMVar || type.hasExprMVar then
    return .error { kind := "metavariables", message := "no goals are left, but the proof still has metavariables" }
  if value.hasFVar || type.hasFVar then
    return .error { kind := "kernel", message := "the proof refers to a local hypothesis outside its scope" }
  if value.hasSorry then return .error { kind := "sorry", message := "the proof uses `sorry`" }
  match refusedIn s.root.env s.coreState.env (arrayToList value.getUsedConstants) {} with
  | some n => return .error { kind := "axiom", message := "the proof uses the axiom " ++ n.toString }
  | none =>
    let value := grounded value
    let type := grounded type
    let decl : Lean.Declaration := if isProp then
        .thmDecl { name := `_stepwise.root, levelParams := s.root.levels, type, value }
      else .defnDecl { name := `_stepwise.root, levelParams := s.root.levels, type, value, hints := .opaque, safety := .safe }
    match s.coreState.env.addDeclCore 0 decl none (doCheck := true) with
    | .ok _ => return .ok ()
    | .error e => return .error { kind := "kernel", message := ← (e.toMessageData {}).toString }
where grounded (e : Expr) : Expr := if e.hasLevelMVar then e.replaceLevel (fun l => if l.isMVar then some .zero else none) else e

/-- A goal's type and what it was assigned, closed over its hypotheses. -/
def closedGoal (g : MVarId) : MetaM (Expr × Expr × Bool) := do
  let d ← g.getDecl
  let isProp ← isProp d.type
  let fvars := fvarsOf (arrayToList d.lctx.getFVarIds) #[]
  fun ctx => (do
    let value ← mkLambdaFVars fvars (← instantiateMVars (.mvar g))
    let type ← mkForallFVars fvars (← instantiateMVars d.type)
    return (← instantiateMVars type, ← instantiateMVars value, isProp)) { ctx with lctx := d.lctx, localInstances := d.localInstances }
where fvarsOf : List FVarId → Array Expr → Array Expr
  | [], acc => acc
  | f :: rest, acc => fvarsOf rest (acc.push (.fvar f))

partial def finishOpened (s : ProofState) : List MVarId → IO (Except Rejection Unit)
  | [] => return .ok ()
  | g :: rest => do match ← s.run (closedGoal g) with
    | .error e => return .error (← rejectionOf e)
    | .ok ((type, value, isProp), _) => match ← accepted s type value isProp with
      | .error r => return .error r
      | .ok () => finishOpened s rest

def finish (s : ProofState) : IO (Except Rejection Unit) := do
  match s.opened with
  | [] =>
    let (proof, _) := instantiateMVarsCore s.metaState.mctx (.mvar s.root.goal)
    accepted s s.root.type proof true
  | goals => finishOpened s goals

def goalAt : List MVarId → Nat → Option MVarId
  | [], _ => none
  | g :: _, 0 => some g
  | _ :: rest, i + 1 => goalAt rest i

def goalsAt (goals : List MVarId) : List Nat → Option (List MVarId)
  | [] => some []
  | i :: rest => match goalAt goals i, goalsAt goals rest with
    | some g, some others => some (g :: others)
    | _, _ => none

/-- A state of its own for some of a state's goals. -/
def openGoals (s : ProofState) (indices : List Nat) : Except Rejection ProofState :=
  match goalsAt s.goals indices with
  | some (g :: rest) => .ok { s with goals := g :: rest, opened := g :: rest }
  | _ => .error { kind := "error", message := "no such goals" }

end Stepwise
