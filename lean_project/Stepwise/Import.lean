module
public import Stepwise.Export
public import Stepwise.Guard
public section

/-!
The other end of `Export`: reads the data and gives it to the kernel, declaration by declaration, in an environment that nobody but the
harness has touched. Parses JSON, never Lean; whatever is not as the format says is an error.
-/
namespace Stepwise
open Lean

structure Replay where
  env : Environment
  names : Array Name := #[.anonymous]
  levels : Array Level := #[.zero]
  exprs : Array Expr := #[]
  /-- What was added, last first. -/
  added : List Name := []

abbrev Replayed := Except String

def field (j : Json) (key : String) : Replayed Json :=
  match j.getObjVal? key with
  | .ok v => .ok v
  | .error _ => .error ("malformed export: no " ++ key)

def natOf (j : Json) : Replayed Nat :=
  match j with
  | .num n => if n.exponent == 0 && n.mantissa ≥ 0 then .ok n.mantissa.toNat else .error "malformed export: no natural number"
  | _ => .error "malformed export: no number"

def natField (j : Json) (key : String) : Replayed Nat := match field j key with
  | .ok v => natOf v
  | .error e => .error e

def textField (j : Json) (key : String) : Replayed String := match field j key with
  | .ok (.str s) => .ok s
  | .ok _ => .error ("malformed export: " ++ key ++ " is no text")
  | .error e => .error e

def flagField (j : Json) (key : String) : Replayed Bool := match field j key with
  | .ok (.bool b) => .ok b
  | .ok _ => .error ("malformed export: " ++ key ++ " is no flag")
  | .error e => .error e

def listField (j : Json) (key : String) : Replayed (List Json) := match field j key with
  | .ok (.arr xs) => .ok (arrayToList xs)
  | .ok _ => .error ("malformed export: " ++ key ++ " is no list")
  | .error e => .error e

def at_ (what : String) (xs : Array α) (i : Nat) : Replayed α :=
  if h : i < xs.size then .ok xs[i] else .error ("malformed export: " ++ what ++ " " ++ toString i ++ " before it is given")

def Replay.nameAt (r : Replay) (j : Json) (key : String) : Replayed Name := do at_ "name" r.names (← natField j key)
def Replay.levelAt (r : Replay) (j : Json) : Replayed Level := do at_ "level" r.levels (← natOf j)
def Replay.exprAt (r : Replay) (j : Json) (key : String) : Replayed Expr := do at_ "expression" r.exprs (← natField j key)

def Replay.nameList (r : Replay) : List Json → Replayed (List Name)
  | [] => .ok []
  | j :: rest => do return (← at_ "name" r.names (← natOf j)) :: (← r.nameList rest)

def Replay.levelList (r : Replay) : List Json → Replayed (List Level)
  | [] => .ok []
  | j :: rest => do return (← r.levelAt j) :: (← r.levelList rest)

def twoLevels (r : Replay) (xs : List Json) : Replayed (Level × Level) := match xs with
  | [a, b] => do return (← r.levelAt a, ← r.levelAt b)
  | _ => .error "malformed export: two levels are wanted"

def binderOf : String → Replayed BinderInfo
  | "default" => .ok .default
  | "implicit" => .ok .implicit
  | "strictImplicit" => .ok .strictImplicit
  | "instImplicit" => .ok .instImplicit
  | s => .error ("malformed export: a binder " ++ s)

/-- What a line holds, by its first known key. -/
def Replay.level (r : Replay) (j : Json) : Replayed Level :=
  match j.getObjVal? "succ" with
  | .ok a => do return .succ (← r.levelAt a)
  | .error _ => match j.getObjVal? "max" with
    | .ok (.arr xs) => do let (a, b) ← twoLevels r (arrayToList xs); return .max a b
    | _ => match j.getObjVal? "imax" with
      | .ok (.arr xs) => do let (a, b) ← twoLevels r (arrayToList xs); return .imax a b
      | _ => do return .param (← r.nameAt j "param")

def Replay.expr (r : Replay) (j : Json) : Replayed Expr :=
  match j.getObjVal? "app" with
  | .ok b => do return .app (← r.exprAt b "fn") (← r.exprAt b "arg")
  | .error _ => match j.getObjVal? "const" with
    | .ok b => do return .const (← r.nameAt b "name") (← r.levelList (← listField b "us"))
    | .error _ => match j.getObjVal? "lam" with
      | .ok b => do return .lam (← r.nameAt b "name") (← r.exprAt b "type") (← r.exprAt b "body") (← binderOf (← textField b "binderInfo"))
      | .error _ => match j.getObjVal? "forallE" with
        | .ok b => do return .forallE (← r.nameAt b "name") (← r.exprAt b "type") (← r.exprAt b "body") (← binderOf (← textField b "binderInfo"))
        | .error _ => match j.getObjVal? "bvar" with
          | .ok n => do return .bvar (← natOf n)
          | .error _ => match j.getObjVal? "sort" with
            | .ok l => do return .sort (← r.levelAt l)
            | .error _ => match j.getObjVal? "letE" with
              | .ok b => do
                return .letE (← r.nameAt b "name") (← r.exprAt b "type") (← r.exprAt b "value") (← r.exprAt b "body") false
              | .error _ => match j.getObjVal? "proj" with
                | .ok b => do return .proj (← r.nameAt b "typeName") (← natField b "idx") (← r.exprAt b "struct")
                | .error _ => match j.getObjVal? "natVal" with
                  | .ok (.str s) => match s.toNat? with
                    | some n => .ok (.lit (.natVal n))
                    | none => .error "malformed export: natVal"
                  | _ => do return .lit (.strVal (← textField j "strVal"))

def Replay.name (r : Replay) (j : Json) : Replayed Name :=
  match j.getObjVal? "str" with
  | .ok b => do return .str (← r.nameAt b "pre") (← textField b "str")
  | .error _ => do
    let b ← field j "num"
    return .num (← r.nameAt b "pre") (← natField b "i")

def hintsOf (j : Json) : Replayed ReducibilityHints :=
  match j with
  | .str "opaque" => .ok .opaque
  | .str "abbrev" => .ok .abbrev
  | _ => do return .regular (← natField j "regular").toUInt32

def restsOn (n : Name) : String := "it rests on " ++ (if n == ``sorryAx then "`sorry`" else "the axiom " ++ n.toString)

def firstRefused : List Name → Option Name
  | [] => none
  | n :: rest => if memName n refusedAxioms then some n else firstRefused rest

/-- The kernel's check of one declaration; there is no other way into the environment. -/
def Replay.check (r : Replay) (n : Name) (d : Lean.Declaration) : Replayed Replay :=
  match r.env.addDeclCore 0 d none (doCheck := true) with
  | .ok env => .ok { r with env, added := n :: r.added }
  | .error _ => .error ("the kernel rejects " ++ n.toString)

/-- A value that names a refused axiom is refused for that: the kernel might reject it for a reason that says less. -/
def Replay.checkValue (r : Replay) (n : Name) (value : Expr) (d : Lean.Declaration) : Replayed Replay :=
  match firstRefused (arrayToList value.getUsedConstants) with
  | some a => .error (restsOn a)
  | none => r.check n d

def Replay.constructors (r : Replay) (owner : Nat) : List Json → Replayed (List Constructor)
  | [] => .ok []
  | j :: rest => do
    let others ← r.constructors owner rest
    if (← natField j "induct") == owner then return { name := ← r.nameAt j "name", type := ← r.exprAt j "type" } :: others else return others

def Replay.types (r : Replay) (ctors : List Json) : List Json → Replayed (List InductiveType)
  | [] => .ok []
  | j :: rest => do
    if ← flagField j "isUnsafe" then throw "an unsafe inductive type"
    let type : InductiveType := { name := ← r.nameAt j "name", type := ← r.exprAt j "type", ctors := ← r.constructors (← natField j "name") ctors }
    return type :: (← r.types ctors rest)

def Replay.inductive (r : Replay) (b : Json) : Replayed Replay := do
  let types ← listField b "types"
  match types with
  | [] => .error "malformed export: an inductive declaration without types"
  | first :: _ =>
    let params ← r.nameList (← listField first "levelParams")
    let decl := Lean.Declaration.inductDecl params (← natField first "numParams") (← r.types (← listField b "ctors") types) false
    r.check (← r.nameAt first "name") decl

def Replay.declaration (r : Replay) (kind : String) (b : Json) : Replayed Replay := do
  let name ← r.nameAt b "name"
  let levelParams ← r.nameList (← listField b "levelParams")
  let type ← r.exprAt b "type"
  match kind with
  | "axiom" => .error (restsOn name ++ ", which it adds itself")
  | "thm" =>
    let value ← r.exprAt b "value"
    r.checkValue name value (.thmDecl { name, levelParams, type, value })
  | "opaque" =>
    if ← flagField b "isUnsafe" then .error ("an unsafe constant: " ++ name.toString)
    else
      let value ← r.exprAt b "value"
      r.checkValue name value (.opaqueDecl { name, levelParams, type, value, isUnsafe := false, all := [name] })
  | _ =>
    if (← textField b "safety") != "safe" then .error ("an unsafe or partial definition: " ++ name.toString)
    else
      let value ← r.exprAt b "value"
      r.checkValue name value (.defnDecl { name, levelParams, type, value, hints := ← hintsOf (← field b "hints"), safety := .safe })

def Replay.line (r : Replay) (j : Json) : Replayed Replay :=
  match j.getObjVal? "ie" with
  | .ok i => do
    if (← natOf i) != r.exprs.size then throw "malformed export: expressions out of order"
    let e ← r.expr j
    return { r with exprs := r.exprs.push e }
  | .error _ => match j.getObjVal? "in" with
    | .ok i => do
      if (← natOf i) != r.names.size then throw "malformed export: names out of order"
      let n ← r.name j
      return { r with names := r.names.push n }
    | .error _ => match j.getObjVal? "il" with
      | .ok i => do
        if (← natOf i) != r.levels.size then throw "malformed export: levels out of order"
        let l ← r.level j
        return { r with levels := r.levels.push l }
      | .error _ => declarationAmong ["thm", "def", "opaque", "axiom"]
where declarationAmong : List String → Replayed Replay
  | [] => match j.getObjVal? "inductive" with
    | .ok b => r.inductive b
    | .error _ => match j.getObjVal? "meta" with
      | .ok _ => .ok r
      | .error _ => .error "malformed export: a line of an unknown kind"
  | kind :: rest => match j.getObjVal? kind with
    | .ok b => r.declaration kind b
    | .error _ => declarationAmong rest

partial def Replay.lines (r : Replay) : List String → Replayed Replay
  | [] => .ok r
  | "" :: rest => r.lines rest
  | text :: rest => match Json.parse text with
    | .error _ => .error "malformed export: a line that is no JSON"
    | .ok j => match r.line j with
      | .ok r => r.lines rest
      | .error e => .error e

/-- Replays an export through the kernel. -/
def replayExport (clean : Environment) (text : String) : Replayed Replay :=
  Replay.lines { env := clean } (text.splitOn "\n")

end Stepwise
