module
public import Stepwise.State
public section

/-!
A proof state as data: structured goals, LeanDojo's text of it (what published step-provers were trained on), which
goals share metavariables, and keys that are equal for states equal up to the names of hypotheses and bound variables and the order of hypotheses.
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

def goalJson (g : MVarId) (order : Json) : MetaM Json := do
  let pp := (← Meta.ppGoal g).pretty
  let d ← g.getDecl
  let lctx := (d.lctx.sanitizeNames { options := ← getOptions }).1
  inContext lctx d.localInstances do
    let target ← instantiateMVars d.type
    let hyps ← hypotheses (arrayToList lctx.getFVarIds) lctx
    return obj [("case", .str (if d.userName.isAnonymous then "" else d.userName.eraseMacroScopes.toString)), ("hypotheses", objects hyps),
      ("target", .str (← ppExpr target).pretty), ("head", .str (headOf target)), ("carrier", .str (← carrierOf target)),
      ("pp", .str pp), ("order", order)]

/-! ## Keys -/

def natsJson (xs : List Nat) : Json := .arr (go xs #[])
where go : List Nat → Array Json → Array Json
  | [], acc => acc
  | x :: rest, acc => go rest (acc.push (num x))

/-- A visible hypothesis: its place in the context, its type and, of a `let` variable, its value. -/
structure Local where
  place : Nat
  id : FVarId
  pieces : List Expr

partial def localsOf (lctx : LocalContext) : List FVarId → Nat → MetaM (List Local)
  | [], _ => return []
  | f :: rest, place => match lctx.find? f with
    | none => localsOf lctx rest place
    | some d =>
      if d.isImplementationDetail then localsOf lctx rest place
      else do
        let type ← instantiateMVars d.type
        let more ← localsOf lctx rest (place + 1)
        match d.value? with
        | some v => return { place, id := f, pieces := [type, ← instantiateMVars v] } :: more
        | none => return { place, id := f, pieces := [type] } :: more

def fvarsOf : List Local → Array Expr → Array Expr
  | [], acc => acc
  | l :: rest, acc => fvarsOf rest (acc.push (.fvar l.id))

def replaceAll (fvars by_ : Array Expr) : List Expr → List Expr
  | [] => []
  | e :: rest => e.replaceFVars fvars by_ :: replaceAll fvars by_ rest

partial def anyMVar : List Expr → Bool
  | [] => false
  | e :: rest => e.hasMVar || anyMVar rest

partial def mixAll : List Expr → UInt64 → UInt64
  | [], acc => acc
  | e :: rest, acc => mixAll rest (mixHash acc e.hash)

/-! The order of hypotheses that does not depend on how they came: by colours. A colour says what a hypothesis is and where it is spoken of, and is
refined twice. While two have one colour, the first of them is given a colour of its own, and all are refined again: right where they can change
places, and else, as where there are too many of them, states that are equal up to order may get two keys, never two different ones the same. -/

def saltsOf : List UInt64 → Array Expr → Array Expr
  | [], acc => acc
  | c :: rest, acc => saltsOf rest (acc.push (.lit (.natVal c.toNat)))

/-- Who is spoken of in an expression of colour `c`, and as which. -/
def mentions (c : UInt64) : List FVarId → UInt64 → List (FVarId × UInt64) → List (FVarId × UInt64)
  | [], _, acc => acc
  | f :: rest, i, acc => mentions c rest (i + 1) ((f, mixHash c i) :: acc)

def mentionsIn (c : UInt64) : List Expr → List (FVarId × UInt64) → List (FVarId × UInt64)
  | [], acc => acc
  | e :: rest, acc => mentionsIn (mixHash c 5) rest (mentions c (arrayToList (collectFVars {} e).fvarIds) 1 acc)

def mentionsOf (f : FVarId) : List (FVarId × UInt64) → UInt64 → UInt64
  | [], acc => acc
  | (g, c) :: rest, acc => mentionsOf f rest (if f == g then acc + c else acc)

partial def refine (ls : List Local) (target : Expr) (fvars : Array Expr) (colours : List UInt64) : List UInt64 :=
  let salts := saltsOf colours #[]
  let own := ownColours salts ls
  let spoken := mentionsIn (mixHash (target.replaceFVars fvars salts).hash 2) [target] (spokenOf ls own [])
  mixed ls own spoken
where
  ownColours (salts : Array Expr) : List Local → List UInt64
    | [] => []
    | l :: rest => mixAll (replaceAll fvars salts l.pieces) 3 :: ownColours salts rest
  spokenOf : List Local → List UInt64 → List (FVarId × UInt64) → List (FVarId × UInt64)
    | l :: rest, c :: colours, acc => spokenOf rest colours (mentionsIn c l.pieces acc)
    | _, _, acc => acc
  mixed : List Local → List UInt64 → List (FVarId × UInt64) → List UInt64
    | l :: rest, c :: colours, spoken => mixHash c (mentionsOf l.id spoken 1) :: mixed rest colours spoken
    | _, _, _ => []

def insertByColour (c : UInt64) (l : Local) : List (UInt64 × Local) → List (UInt64 × Local)
  | [] => [(c, l)]
  | (d, m) :: rest => if c < d then (c, l) :: (d, m) :: rest else (d, m) :: insertByColour c l rest

def zeros : List Local → List UInt64
  | [] => []
  | _ :: rest => 0 :: zeros rest

def allPieces : List Local → List Expr
  | [] => []
  | l :: rest => appendAll l.pieces (allPieces rest)

/-- The hypotheses in their own order. Where metavariables are left, whose names say how the state came about, it is the context's. -/
def canonical (ls : List Local) (target : Expr) : List Local :=
  if anyMVar (target :: allPieces ls) then ls
  else
    let fvars := fvarsOf ls #[]
    let colours := refine ls target fvars (refine ls target fvars (zeros ls))
    sorted ls (apart fvars 8 colours) []
where
  apart (fvars : Array Expr) : Nat → List UInt64 → List UInt64
    | 0, colours => colours
    | fuel + 1, colours => match shared colours with
      | none => colours
      | some c => apart fvars fuel (refine ls target fvars (marked c colours))
  /-- The least colour that two have: which it is does not depend on their order. -/
  shared : List UInt64 → Option UInt64
    | [] => none
    | c :: rest => match shared rest with
      | some d => if has c rest && c < d then some c else some d
      | none => if has c rest then some c else none
  has (c : UInt64) : List UInt64 → Bool
    | [] => false
    | d :: rest => c == d || has c rest
  marked (c : UInt64) : List UInt64 → List UInt64
    | [] => []
    | d :: rest => if c == d then mixHash d 77 :: rest else d :: marked c rest
  sorted : List Local → List UInt64 → List (UInt64 × Local) → List Local
    | l :: rest, c :: colours, acc => sorted rest colours (insertByColour c l acc)
    | _, _, acc => locals acc
  locals : List (UInt64 × Local) → List Local
    | [] => []
    | (_, l) :: rest => l :: locals rest

/-- A goal ready to be hashed: its hypotheses in their own order, and its target. -/
structure Shape where
  locals : List Local
  target : Expr

def shapeOf (g : MVarId) : MetaM Shape := do
  let d ← g.getDecl
  let target ← instantiateMVars d.type
  return { locals := canonical (← localsOf d.lctx (arrayToList d.lctx.getFVarIds) 0) target, target }

partial def shapesOf : List MVarId → MetaM (List Shape)
  | [] => return []
  | g :: rest => return (← shapeOf g) :: (← shapesOf rest)

def saltsFor (salt : String) (n : Nat) : Array Expr := go n #[]
where go : Nat → Array Expr → Array Expr
  | 0, acc => acc
  | k + 1, acc => go k (acc.push (.lit (.strVal (salt ++ toString (k + 1)))))

def pack : List Expr → Expr → Expr
  | [], acc => acc
  | e :: rest, acc => pack rest (.app acc e)

def shapeExprs (salt : String) (shape : Shape) : List Expr :=
  let fvars := fvarsOf shape.locals #[]
  replaceAll fvars (saltsFor salt fvars.size) (appendAll (allPieces shape.locals) [shape.target])

def shapesExprs (salt : String) : List Shape → List Expr
  | [] => []
  | shape :: rest => appendAll (.lit (.strVal "goal") :: shapeExprs salt shape) (shapesExprs salt rest)

partial def arguments : Expr → List Expr
  | .app f a => a :: arguments f
  | .lam _ t b _ => t :: arguments b
  | _ => []

/-- 64 bits of the goals under one salt. `Expr.hash` ignores binder names; hypotheses were replaced by position; open
metavariables are abstracted in order of occurrence. -/
def digest (salt : String) (shapes : List Shape) : MetaM UInt64 := do
  let pieces := shapesExprs salt shapes
  if anyMVar pieces then
    let packed := pack pieces (.lit (.strVal salt))
    let r ← abstractMVars packed
    return mixAll (arguments r.expr) 7
  else return mixAll pieces 11

def keyOf (shapes : List Shape) : MetaM String := do
  return toString (← digest "a" shapes) ++ "-" ++ toString (← digest "b" shapes)

def shapesAt (shapes : List Shape) : List Nat → List Shape
  | [] => []
  | i :: rest => match shapeAt shapes i with
    | some s => s :: shapesAt shapes rest
    | none => shapesAt shapes rest
where shapeAt : List Shape → Nat → Option Shape
  | [], _ => none
  | s :: _, 0 => some s
  | _ :: rest, i + 1 => shapeAt rest i

/-- A key for each group, the one that it has as a state of its own; the whole state's where there is only one. -/
partial def groupKeys (shapes : List Shape) (whole : String) : List (List Nat) → MetaM (List Json)
  | [] => return []
  | [_] => return [.str whole]
  | groups => go groups
where
  go : List (List Nat) → MetaM (List Json)
    | [] => return []
    | group :: rest => return .str (← keyOf (shapesAt shapes (ascending group []))) :: (← go rest)
  ascending : List Nat → List Nat → List Nat
    | [], acc => acc
    | i :: rest, acc => ascending rest (insert i acc)
  insert (i : Nat) : List Nat → List Nat
    | [] => [i]
    | j :: rest => if i ≤ j then i :: j :: rest else j :: insert i rest

def places : List Local → List Nat
  | [] => []
  | l :: rest => l.place :: places rest

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

partial def groupsJson : List (List Nat) → List Json
  | [] => []
  | g :: rest => natsJson g :: groupsJson rest

partial def goalsJson : List MVarId → List Shape → MetaM (List Json)
  | g :: goals, shape :: shapes => return (← goalJson g (natsJson (places shape.locals))) :: (← goalsJson goals shapes)
  | _, _ => return []

/-- Everything that a reply says about a state with goals. -/
def describe (s : ProofState) : IO Fields := do
  s.query (fallback := [("goals", .arr #[])]) do
    let shapes ← shapesOf s.goals
    let goals ← goalsJson s.goals shapes
    let key ← keyOf shapes
    let groups ← groupsOf s.goals
    return [("goals", objects goals), ("key", .str key), ("groups", objects (groupsJson groups)),
      ("group_keys", objects (← groupKeys shapes key groups))]

end Stepwise
