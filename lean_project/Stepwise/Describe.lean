module
public import Stepwise.State
public section

/-!
A proof state as data: structured goals, LeanDojo's text of it (what published step-provers were trained on), which
goals share metavariables, and a key that is equal for states equal up to the names of hypotheses and bound variables.
-/
namespace Stepwise
open Lean Meta Elab

/-- Runs a `MetaM` query on a state and throws its effects away. -/
def ProofState.query (s : ProofState) (x : MetaM α) (fallback : α) : IO α := do
  match ← s.run (do let a ← x; return a) with
  | .ok (a, _) => return a
  | .error _ => return fallback

/-- `withLCtx`, which the embedded Lean cannot compile into this file. -/
def inContext (lctx : LocalContext) (instances : LocalInstances) (x : MetaM α) : MetaM α :=
  fun ctx => x { ctx with lctx, localInstances := instances }

def headOf (e : Expr) : String :=
  match e with
  | .forallE _ _ b _ => if b.hasLooseBVars then "∀" else "→"
  | .sort _ => "Sort"
  | .lam .. => "λ"
  | .letE .. => "let"
  | .mdata _ e => headOf e
  | _ => match e.getAppFn with
    | .const n _ => n.toString
    | .fvar _ => "fvar"
    | .mvar _ => "mvar"
    | .proj .. => "proj"
    | _ => "other"

def relations : List Name := [``Eq, ``Ne, ``LE.le, ``LT.lt, ``GE.ge, ``GT.gt, ``Dvd.dvd, ``HEq, ``Membership.mem]

def headName (e : Expr) : Name := match e with
  | .const n _ => n
  | _ => .anonymous

def carrierOf (e : Expr) : MetaM String := do
  let e := e.consumeMData
  if memName (headName e.getAppFn) relations && e.getAppNumArgs ≥ 1 then
    return (← ppExpr (e.getArg! 0)).pretty
  else return ""

def hypothesis (name : String) (type : String) (value : Option String) (kind head carrier : String) : Json :=
  obj (appendAll
    [("name", .str name), ("type", .str type), ("kind", .str kind), ("head", .str head), ("carrier", .str carrier)]
    (match value with | some v => [("value", .str v)] | none => []))

def kindOf (d : LocalDecl) : MetaM String := do
  if d.binderInfo.isInstImplicit then return "instance"
  if ← isProp d.type then return "prop"
  return "data"

/-- Hypotheses in context order, neighbours of one type and no value together, as `Meta.ppGoal` shows them. -/
partial def hypotheses : List FVarId → LocalContext → MetaM (List Json)
  | [], _ => return []
  | f :: rest, lctx => match lctx.find? f with
    | none => hypotheses rest lctx
    | some d =>
      if d.isImplementationDetail then hypotheses rest lctx
      else do
        let type ← instantiateMVars d.type
        let text := (← ppExpr type).pretty
        let kind ← kindOf d
        let head := headOf type
        let carrier ← if kind == "prop" then carrierOf type else pure ""
        match d.value? with
        | some v =>
          let value := (← ppExpr (← instantiateMVars v)).pretty
          return hypothesis d.userName.toString text (some value) kind head carrier :: (← hypotheses rest lctx)
        | none =>
          return hypothesis d.userName.toString text none kind head carrier :: (← hypotheses rest lctx)

def goalJson (g : MVarId) : MetaM Json := do
  let pp := (← Meta.ppGoal g).pretty
  let d ← g.getDecl
  let lctx := (d.lctx.sanitizeNames { options := ← getOptions }).1
  inContext lctx d.localInstances do
    let target ← instantiateMVars d.type
    let hyps ← hypotheses (arrayToList lctx.getFVarIds) lctx
    return obj [("case", .str (if d.userName.isAnonymous then "" else d.userName.eraseMacroScopes.toString)), ("hypotheses", objects hyps),
      ("target", .str (← ppExpr target).pretty), ("head", .str (headOf target)), ("carrier", .str (← carrierOf target)),
      ("pp", .str pp)]

/-! ## Keys -/

/-- Local declarations of a goal, in order, with their types and values instantiated. -/
partial def closedPieces (fvars salts : Array Expr) : List FVarId → LocalContext → MetaM (List Expr)
  | [], _ => return []
  | f :: rest, lctx => match lctx.find? f with
    | none => closedPieces fvars salts rest lctx
    | some d =>
      if d.isImplementationDetail then closedPieces fvars salts rest lctx
      else do
        let type := (← instantiateMVars d.type).replaceFVars fvars salts
        let more ← closedPieces fvars salts rest lctx
        match d.value? with
        | some v => return type :: (← instantiateMVars v).replaceFVars fvars salts :: more
        | none => return type :: more

def saltsFor (salt : String) (n : Nat) : Array Expr := go n #[]
where go : Nat → Array Expr → Array Expr
  | 0, acc => acc
  | k + 1, acc => go k (acc.push (.lit (.strVal (salt ++ toString (k + 1)))))

def pack : List Expr → Expr → Expr
  | [], acc => acc
  | e :: rest, acc => pack rest (.app acc e)

def goalExpr (salt : String) (g : MVarId) : MetaM (List Expr) := do
  let d ← g.getDecl
  let fvars := fvarsOf (visible (arrayToList d.lctx.getFVarIds) d.lctx) #[]
  let salts := saltsFor salt fvars.size
  let pieces ← closedPieces fvars salts (arrayToList d.lctx.getFVarIds) d.lctx
  return appendAll pieces [(← instantiateMVars d.type).replaceFVars fvars salts]
where
  visible : List FVarId → LocalContext → List FVarId
    | [], _ => []
    | f :: rest, lctx => match lctx.find? f with
      | some d => if d.isImplementationDetail then visible rest lctx else f :: visible rest lctx
      | none => visible rest lctx
  fvarsOf : List FVarId → Array Expr → Array Expr
    | [], acc => acc
    | f :: rest, acc => fvarsOf rest (acc.push (.fvar f))

partial def goalsExprs (salt : String) : List MVarId → MetaM (List Expr)
  | [] => return []
  | g :: rest => return appendAll (.lit (.strVal "goal") :: (← goalExpr salt g)) (← goalsExprs salt rest)

partial def anyMVar : List Expr → Bool
  | [] => false
  | e :: rest => e.hasMVar || anyMVar rest

partial def mixAll : List Expr → UInt64 → UInt64
  | [], acc => acc
  | e :: rest, acc => mixAll rest (mixHash acc e.hash)

partial def arguments : Expr → List Expr
  | .app f a => a :: arguments f
  | .lam _ t b _ => t :: arguments b
  | _ => []

/-- 64 bits of the goals under one salt. `Expr.hash` ignores binder names; hypotheses were replaced by position; open
metavariables are abstracted in order of occurrence. -/
def digest (salt : String) (goals : List MVarId) : MetaM UInt64 := do
  let pieces ← goalsExprs salt goals
  if anyMVar pieces then
    let packed := pack pieces (.lit (.strVal salt))
    let r ← abstractMVars packed
    return mixAll (arguments r.expr) 7
  else return mixAll pieces 11

def keyOf (goals : List MVarId) : MetaM String := do
  return toString (← digest "a" goals) ++ "-" ++ toString (← digest "b" goals)

/-! ## Goals that share metavariables -/

/-- Metavariables that a goal depends on: in its target, its hypotheses and their values, through delayed assignments (`getMVars` enters them), and
in turn in the types and contexts of those metavariables; universe metavariables too. -/
partial def mvarsOfGoal (g : MVarId) : MetaM (List Name) := closure [g] {} []
where
  closure : List MVarId → NameSet → List Name → MetaM (List Name)
    | [], _, acc => return acc
    | m :: rest, seen, acc =>
      if seen.contains m.name then closure rest seen acc
      else do
        let d ← m.getDecl
        let (more, levels) ← inDecls (arrayToList d.lctx.getFVarIds) d.lctx (← inExpr d.type ([], []))
        closure (appendAll more rest) (seen.insert m.name) (m.name :: appendAll levels acc)
  inExpr (e : Expr) (acc : List MVarId × List Name) : MetaM (List MVarId × List Name) := do
    let e ← instantiateMVars e
    if !e.hasMVar then return acc
    let levels := levelNames (arrayToList (collectLevelMVars {} e).result)
    return (appendAll (arrayToList (← getMVars e)) acc.1, appendAll levels acc.2)
  levelNames : List LMVarId → List Name
    | [] => []
    | m :: rest => m.name :: levelNames rest
  inDecls : List FVarId → LocalContext → List MVarId × List Name → MetaM (List MVarId × List Name)
    | [], _, acc => return acc
    | f :: rest, lctx, acc => match lctx.find? f with
      | none => inDecls rest lctx acc
      | some d => do
        let acc ← inExpr d.type acc
        match d.value? with
        | some v => inDecls rest lctx (← inExpr v acc)
        | none => inDecls rest lctx acc

structure Group where
  members : List Nat
  mvars : List Name

def overlap : List Name → List Name → Bool
  | [], _ => false
  | x :: xs, ys => memName x ys || overlap xs ys

/-- Merges goal `i` into the groups that it shares a metavariable with. -/
def addToGroups (i : Nat) (mvars : List Name) : List Group → List Group
  | groups => go groups { members := [i], mvars } []
where go : List Group → Group → List Group → List Group
  | [], mine, others => appendAll (reversed others []) [mine]
  | g :: rest, mine, others =>
    if overlap g.mvars mine.mvars then go rest { members := appendAll g.members mine.members, mvars := appendAll g.mvars mine.mvars } others
    else go rest mine (g :: others)

/-- Independent groups of goals, by index. A goal's own metavariable counts as one that it has. -/
def groupsOf (goals : List MVarId) : MetaM (List (List Nat)) := do
  return members (← go goals 0 [])
where
  go : List MVarId → Nat → List Group → MetaM (List Group)
    | [], _, acc => return acc
    | g :: rest, i, acc => do go rest (i + 1) (addToGroups i (← mvarsOfGoal g) acc)
  members : List Group → List (List Nat)
    | [] => []
    | g :: rest => g.members :: members rest

def natsJson (xs : List Nat) : Json := .arr (go xs #[])
where go : List Nat → Array Json → Array Json
  | [], acc => acc
  | x :: rest, acc => go rest (acc.push (num x))

partial def groupsJson : List (List Nat) → List Json
  | [] => []
  | g :: rest => natsJson g :: groupsJson rest

partial def goalsJson : List MVarId → MetaM (List Json)
  | [] => return []
  | g :: rest => return (← goalJson g) :: (← goalsJson rest)

/-- Everything that a reply says about a state with goals. -/
def describe (s : ProofState) : IO Fields := do
  s.query (fallback := [("goals", .arr #[])]) do
    let goals ← goalsJson s.goals
    let key ← keyOf s.goals
    let groups ← groupsOf s.goals
    return [("goals", objects goals), ("key", .str key), ("groups", objects (groupsJson groups))]

end Stepwise
