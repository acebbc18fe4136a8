module
public import Stepwise.State
public import Stepwise.Import
public section

/-!
The judge's Lean side, for two processes that share nothing. One elaborates the finished file, in which anything may be written, and hands
over the declarations that the theorem rests on, as data (`exported`). The other never sees the file: it elaborates the statement from the challenge
alone, replays the data through the kernel on a clean environment, compares what became of the theorem with what was asked
for, and walks the axioms (`judge`).
-/
namespace Stepwise
open Lean Elab

/-! ## The process that elaborates -/

/-- Runs the commands of a finished file; unlike a header's, its errors are a verdict. -/
def elaborateFile (imports : ImportCache) (text : String) : IO (Except SourceError (Array Import × Environment × Environment)) := do
  let input := mkInput text
  match ← enter imports input with
  | .error e => return .error e
  | .ok (state, at_, modules) =>
    let clean := state.env
    match ← runAll input state at_ with
    | .error e => return .error e
    | .ok state => return .ok (modules, clean, state.env)

structure Walk where
  seen : NameSet := {}
  /-- Constants outside the clean environment, dependencies first when reversed; of mutual inductive types only the first. -/
  added : List Name := []
  imported : List Name := []

def seeAll : List Name → NameSet → NameSet
  | [], seen => seen
  | n :: rest, seen => seeAll rest (seen.insert n)

/-- What the types of a mutual group and their constructors use, and the names of all of them. -/
def groupParts (env : Environment) : List Name → List Name × List Name
  | [] => ([], [])
  | n :: rest =>
    let (names, used) := groupParts env rest
    match env.find? n with
    | some (.inductInfo i) =>
      (n :: appendAll i.ctors names, appendAll (arrayToList i.type.getUsedConstants) (appendAll (ofConstructors env i.ctors) used))
    | _ => (names, used)
where ofConstructors (env : Environment) : List Name → List Name
  | [] => []
  | c :: rest => match env.find? c with
    | some info => appendAll (arrayToList info.type.getUsedConstants) (ofConstructors env rest)
    | none => ofConstructors env rest

/-- Everything that the named constants reach. Constants of the clean environment are not entered unless `deep`. -/
partial def walk (clean full : Environment) (deep : Bool) : List Name → Walk → Walk
  | [], w => w
  | n :: rest, w =>
    if w.seen.contains n then walk clean full deep rest w
    else
      let w := { w with seen := w.seen.insert n }
      match full.find? n with
      | none => walk clean full deep rest w
      | some info =>
        if clean.contains n then
          let w := { w with imported := n :: w.imported }
          if deep then walk clean full deep rest (walk clean full deep (usedConstants info) w) else walk clean full deep rest w
        else match info with
          | .ctorInfo c => walk clean full deep rest (walk clean full deep [c.induct] w)
          | .recInfo r => walk clean full deep rest (walk clean full deep r.all w)
          | .inductInfo i =>
            let (names, used) := groupParts full i.all
            let w := walk clean full deep used { w with seen := seeAll names w.seen }
            walk clean full deep rest { w with added := appendAll (firstOf i.all) w.added }
          | _ =>
            let w := walk clean full deep (usedConstants info) w
            walk clean full deep rest { w with added := n :: w.added }
where firstOf : List Name → List Name
  | [] => []
  | n :: _ => [n]

def moduleNames : List Import → List String
  | [] => []
  | i :: rest => i.module.toString :: moduleNames rest

/-- What the file imports, and the declarations that its theorem rests on. -/
def exported (imports : ImportCache) (file name : String) : IO (Except SourceError (List String × String)) := do
  match ← elaborateFile imports file with
  | .error e => return .error e
  | .ok (modules, clean, full) =>
    match resolve full name.toName with
    | none => return .error { kind := "missing", message := "the file declares no theorem " ++ name }
    | some n =>
      let w := walk clean full false [n] {}
      match ← (exportConstants full (reversed w.added [])).toBaseIO with
      | .ok text => return .ok (moduleNames (arrayToList modules), text)
      | .error e => return .error { kind := "elaboration", message := e.toString }

/-! ## The process that judges -/

structure Judgement where
  verdict : String
  reason : String
  axioms : List Name := []
  /-- What the kernel accepted, as text; for a reader where there is no challenge to compare it with. -/
  type : String := ""

def refuse (reason : String) (axioms : List Name := []) : Judgement := { verdict := "refused", reason, axioms }
def cannotJudge (reason : String) : Judgement := { verdict := "cannot_judge", reason }

def isAxiom (env : Environment) (n : Name) : Bool := match env.find? n with
  | some (.axiomInfo _) => true
  | _ => false

def standardAxioms : List Name := [``propext, ``Quot.sound, ``Classical.choice]

/-- Is this imported constant a real axiom? With bodies every axiom is one. The embedded build has no bodies for imported theorems (and for definitions whose body is not
exposed) and shows them as axioms, but its library records of each what it was. Without a record it counts as an axiom. -/
def realAxiom (bodies : Bool) (env : Environment) (n : Name) : Bool := isAxiom env n && (bodies || match getOriginalConstKind? env n with
  | some .defn | some .thm | some .opaque => false
  | _ => true)

partial def axiomsAmong (bodies : Bool) (env : Environment) : List Name → List Name
  | [] => []
  | n :: rest => if realAxiom bodies env n then n :: axiomsAmong bodies env rest else axiomsAmong bodies env rest

partial def notStandard : List Name → Option Name
  | [] => none
  | n :: rest => if memName n standardAxioms then notStandard rest else some n

/-- An expression as the export has it: no mdata, `have` as `let`. -/
partial def plain (e : Expr) : Expr := e.replace fun e => match e with
  | .mdata _ b => some (plain b)
  | .letE n t v b true => some (.letE n (plain t) (plain v) (plain b) false)
  | _ => none

def sameNames : List Name → List Name → Bool
  | [], [] => true
  | x :: xs, y :: ys => x == y && sameNames xs ys
  | _, _ => false

def sameValue (a b : ConstantInfo) : Bool :=
  match a.value? (allowOpaque := true), b.value? (allowOpaque := true) with
  | some x, some y => plain x == plain y
  | none, none => true
  | _, _ => false

/-- A constant of the statement must be the same, to the letter, in what was replayed. -/
def sameConstant (a b : ConstantInfo) : Bool :=
  a.name == b.name && plain a.type == plain b.type && sameNames a.levelParams b.levelParams && a.isUnsafe == b.isUnsafe &&
  match a, b with
  | .axiomInfo _, .axiomInfo _ | .quotInfo _, .quotInfo _ => true
  | .defnInfo _, .defnInfo _ | .thmInfo _, .thmInfo _ | .opaqueInfo _, .opaqueInfo _ => sameValue a b
  | .inductInfo x, .inductInfo y => x.numParams == y.numParams && sameNames x.all y.all && sameNames x.ctors y.ctors
  | .ctorInfo x, .ctorInfo y => x.induct == y.induct && x.cidx == y.cidx
  | .recInfo x, .recInfo y => sameNames x.all y.all
  | _, _ => false

/-- The first constant of the challenge that is another in the solution. -/
def differing (challenge solution : Environment) : List Name → Option Name
  | [] => none
  | n :: rest => match challenge.find? n, solution.find? n with
    | some a, some b => if sameConstant a b then differing challenge solution rest else some n
    | _, _ => some n

/-- With each inductive type, the types that it is mutual with and all their constructors. -/
def withMembers (env : Environment) : List Name → List Name
  | [] => []
  | n :: rest => match env.find? n with
    | some (.inductInfo i) => appendAll (groupParts env i.all).1 (withMembers env rest)
    | _ => n :: withMembers env rest

def importsOf (text : String) : IO (Array Import) := do
  let (header, _, _) ← Parser.parseHeader (mkInput text)
  return HeaderSyntax.imports header

def rootOf (n : Name) : String := match n.getRoot with
  | .str _ s => s
  | _ => ""

/-- The challenge's imports, and after them what else the file imports. On the embedded Lean only its own, hash-checked library may be imported;
natively, what lies on the judge's own search path is trusted as that is. -/
def unionOf (embedded : Bool) (have_ : Array Import) : List String → Except String (Array Import)
  | [] => .ok have_
  | m :: rest =>
    let name := m.toName
    if knows name (arrayToList have_) then unionOf embedded have_ rest
    else if !plainName m.toList then .error "the file imports something whose name is none of a module"
    else if embedded && rootOf name != "Init" && rootOf name != "Std" && rootOf name != "Lean" then
      .error ("the file imports " ++ m ++ ", which is not part of Lean's library")
    else unionOf embedded (have_.push { module := name }) rest
where
  /-- Letters, digits and dots: a quoted name could hold a path that leads out of the library. -/
  plainName : List Char → Bool
  | [] => true
  | c :: rest => (c.isAlphanum || c == '_' || c == '.' || c == '\'') && plainName rest
  knows (n : Name) : List Import → Bool
  | [] => false
  | i :: rest => i.module == n || knows n rest

structure Challenge where
  header : Header
  declaration : String

/-- The data that a file's elaboration left, and what it is said to prove. -/
structure Claim where
  name : String
  modules : List String
  data : String

def typeText (env : Environment) (e : Expr) : IO String :=
  (MessageData.withContext { env, mctx := {}, lctx := {}, opts := {} } (.ofExpr e)).toString

/-- The challenge's theorem, elaborated in the challenge's own header; nothing where there is no challenge. -/
def elaborateChallenge : Option Challenge → IO (Except String (Option Stated))
  | none => return .ok none
  | some c => do match ← elaborateStatement c.header c.declaration with
    | .ok s => return .ok (some s)
    | .error e => return .error e.message

partial def namesJson : List Name → List String
  | [] => []
  | n :: rest => n.toString :: namesJson rest

/-- The verdict on a claim. `bodies`: this Lean's library has the proofs of its theorems, so the axioms are walked through it. -/
def judge (imports : ImportCache) (bodies : Bool) (challengeText : String) (challenge : Option Challenge) (claim : Claim) : IO Judgement := do
  match ← elaborateChallenge challenge with
  | .error e => return cannotJudge ("the statement does not elaborate: " ++ e)
  | .ok stated =>
    let asks ← importsOf (if challenge.isSome then challengeText else "")
    match unionOf (!bodies) asks claim.modules with
    | .error e => return refuse e
    | .ok modules => match ← importAll imports modules with
      | .error e => return cannotJudge ("an import of the file is not here: " ++ e.message)
      | .ok clean => match replayExport clean claim.data with
        | .error e => return refuse e
        | .ok replayed =>
          let name := match stated with
            | some s => s.name
            | none => nameIn replayed.added claim.name.toName
          match replayed.env.find? name with
          | some (.thmInfo t) =>
            match compare replayed.env challenge stated t with
            | some reason => return refuse reason
            | none =>
              let axioms := axiomsAmong bodies replayed.env (walk clean replayed.env bodies [name] {}).imported
              match notStandard axioms with
              | some n => return refuse (restsOn n) axioms
              | none => return { verdict := "verified", reason := "", axioms, type := (← typeText replayed.env t.type) ++ own clean replayed.env t.type }
          | some _ => return refuse (name.toString ++ " is not a theorem in the file")
          | none => return refuse ("the file declares no theorem " ++ name.toString)
where
  /-- Without a challenge the claim's name stands for itself, or for the private theorem of that name. -/
  nameIn (added : List Name) (n : Name) : Name := match added with
    | [] => n
    | last :: _ => if (privateToUserName? last) == some n then last else n
  /-- The file's own constants that a statement speaks of: its text alone does not tell what they mean. -/
  own (clean env : Environment) (type : Expr) : String :=
    match (walk clean env false (arrayToList type.getUsedConstants) {}).added with
    | [] => ""
    | names => " (where these are the file's own: " ++ join ", " (namesJson names) ++ ")"
  compare (env : Environment) (challenge : Option Challenge) (stated : Option Stated) (t : TheoremVal) : Option String := match challenge, stated with
    | some c, some s =>
      if plain s.info.type != t.type || !sameNames s.info.levelParams t.levelParams then some "the file proves another statement under this name"
      else
        -- What is not the challenge's import is its own, though another import of the file may have something of that name.
        let asked := walk c.header.imported s.state.env false (arrayToList s.info.type.getUsedConstants) {}
        match differing s.state.env env (withMembers s.state.env asked.added) with
        | some n => some ("the statement speaks of " ++ n.toString ++ ", which is something else in the file")
        | none => none
    | _, _ => none

end Stepwise
