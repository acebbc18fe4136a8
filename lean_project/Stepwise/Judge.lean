module
public import Stepwise.State
public section

/-!
The judge's Lean side. It is given a statement and a finished file, and trusts neither the file nor the search that made it:
the statement is elaborated again from the challenge alone, the file's declarations are replayed through the kernel on a
clean environment, and the axioms are walked by us, not by anything that the file could have redefined.
-/
namespace Stepwise
open Lean Elab

structure Judgement where
  verdict : String
  reason : String
  axioms : List Name

def refuse (reason : String) (axioms : List Name := []) : Judgement := { verdict := "refused", reason, axioms }

/-- Runs the commands of a finished file; unlike a header's, its errors are a verdict. -/
def elaborateFile (imports : ImportCache) (text : String) : IO (Except SourceError (Environment × Environment)) := do
  let input := mkInput text
  match ← enter imports input with
  | .error e => return .error e
  | .ok (state, at_, _) =>
    let clean := state.env
    match ← runAll input state at_ with
    | .error e => return .error e
    | .ok state => return .ok (clean, state.env)

structure Walk where
  seen : NameSet := {}
  /-- Added constants, dependencies first when reversed. -/
  added : List Name := []
  imported : List Name := []

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
        else
          let w := walk clean full deep (appendAll (parents info) (usedConstants info)) w
          walk clean full deep rest { w with added := n :: w.added }
where
  /-- A constructor or recursor is checked with its inductive type. -/
  parents : ConstantInfo → List Name
    | .ctorInfo c => [c.induct]
    | .recInfo r => r.all
    | .inductInfo i => appendAll i.ctors i.all
    | _ => []

def isAxiom (env : Environment) (n : Name) : Bool := match env.find? n with
  | some (.axiomInfo _) => true
  | _ => false

def standardAxioms : List Name := [``propext, ``Quot.sound, ``Classical.choice]

/-- Is this imported constant a real axiom? The embedded build has no bodies for imported theorems and shows them as axioms: there, a
constant of the hash-checked library that is not known as an axiom is a theorem. Natively every axiom is one. -/
def realAxiom (bodies : Bool) (env : Environment) (n : Name) : Bool :=
  isAxiom env n && (bodies || memName n standardAxioms || memName n refusedAxioms)

partial def axiomsAmong (bodies : Bool) (env : Environment) : List Name → List Name
  | [] => []
  | n :: rest => if realAxiom bodies env n then n :: axiomsAmong bodies env rest else axiomsAmong bodies env rest

partial def notStandard : List Name → Option Name
  | [] => none
  | n :: rest => if memName n standardAxioms then notStandard rest else some n

/-- One added constant as the declaration that the kernel is asked to check again. -/
def declarationOf (full : Environment) (info : ConstantInfo) : Except String (Option Lean.Declaration) :=
  match info with
  | .thmInfo t => .ok (some (.thmDecl t))
  | .defnInfo d => if d.safety == .safe then .ok (some (.defnDecl d)) else .error ("an unsafe or partial definition: " ++ d.name.toString)
  | .opaqueInfo o => if o.isUnsafe then .error ("an unsafe constant: " ++ o.name.toString) else .ok (some (.opaqueDecl o))
  | .axiomInfo a => .error ("an axiom of its own: " ++ a.name.toString)
  | .quotInfo _ => .error "a quotient declaration"
  | .ctorInfo _ | .recInfo _ => .ok none
  | .inductInfo i =>
    if i.isUnsafe then .error ("an unsafe inductive type: " ++ i.name.toString)
    else match i.all with
      | [] => .error "an inductive type without a name"
      | first :: _ => if first == i.name then .ok (some (.inductDecl i.levelParams i.numParams (types full i.all) false)) else .ok none
where
  types (full : Environment) : List Name → List InductiveType
    | [] => []
    | n :: rest => match full.find? n with
      | some (.inductInfo i) => { name := n, type := i.type, ctors := constructors full i.ctors } :: types full rest
      | _ => types full rest
  constructors (full : Environment) : List Name → List Constructor
    | [] => []
    | n :: rest => match full.find? n with
      | some info => { name := n, type := info.type } :: constructors full rest
      | none => constructors full rest

def replay (full : Environment) : List Name → Environment → Except String Environment
  | [], env => .ok env
  | n :: rest, env =>
    if env.contains n then replay full rest env
    else match full.find? n with
      | none => .error ("a constant that is not there: " ++ n.toString)
      | some info => match declarationOf full info with
        | .error e => .error e
        | .ok none => replay full rest env
        | .ok (some decl) => match env.addDeclCore 0 decl none (doCheck := true) with
          | .ok env => replay full rest env
          | .error _ => .error ("the kernel rejects " ++ n.toString)

/-- A constant of the statement must be the same, to the letter, in the file. -/
def sameConstant (a b : ConstantInfo) : Bool :=
  a.name == b.name && a.type == b.type && a.levelParams == b.levelParams && a.isUnsafe == b.isUnsafe &&
  (match a.value? (allowOpaque := true), b.value? (allowOpaque := true) with
   | some x, some y => x == y
   | none, none => true
   | _, _ => false)

def sameConstants (challenge solution : Environment) : List Name → Option Name
  | [] => none
  | n :: rest => match challenge.find? n, solution.find? n with
    | some a, some b => if sameConstant a b then sameConstants challenge solution rest else some n
    | _, _ => some n

/-- The verdict on a file for one statement. -/
def judge (imports : ImportCache) (bodies : Bool) (header : Header) (declaration file : String) : IO Judgement := do
  match ← elaborateStatement header declaration with
  | .error e => return { verdict := "cannot_judge", reason := "the statement does not elaborate: " ++ e.message, axioms := [] }
  | .ok challenge => match ← elaborateFile imports file with
    | .error e => return refuse ("line " ++ toString e.line ++ ": " ++ e.message)
    | .ok (clean, full) =>
      let name := challenge.name
      let wanted := challenge.state.env
      match full.find? name with
      | none => return refuse ("the file declares no theorem " ++ name.toString)
      | some info =>
        if !(match info with | .thmInfo _ => true | _ => false) then return refuse (name.toString ++ " is not a theorem in the file")
        if info.type != challenge.info.type || info.levelParams != challenge.info.levelParams then
          return refuse "the file proves another statement under this name"
        let asked := walk clean wanted false (arrayToList challenge.info.type.getUsedConstants) {}
        match sameConstants wanted full asked.added with
        | some n => return refuse ("the statement speaks of " ++ n.toString ++ ", which is something else in the file")
        | none =>
          let w := walk clean full bodies [name] {}
          let axioms := axiomsAmong bodies full w.imported
          match notStandard axioms with
          | some n => return refuse ("it rests on " ++ (if n == ``sorryAx then "`sorry`" else "the axiom " ++ n.toString)) axioms
          | none => match replay full (reversed w.added []) clean with
            | .error e => return refuse e axioms
            | .ok env => match env.find? name with
              | some checked =>
                if checked.type == challenge.info.type then return { verdict := "verified", reason := "", axioms }
                else return refuse "the kernel checked another statement" axioms
              | none => return refuse "the kernel did not accept the theorem" axioms

partial def namesJson : List Name → List String
  | [] => []
  | n :: rest => n.toString :: namesJson rest

end Stepwise
