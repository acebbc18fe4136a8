module
public import Stepwise.Source
public section

/-!
Declarations as plain data, in the NDJSON format of lean4export 3.1 (without mdata, `nondep` always false, recursors left to the kernel that
reads it): what the process that elaborated a file hands over to the one that judges it. Only data crosses; nothing in it is code.
-/
namespace Stepwise
open Lean

/-- Indices by value. `Std.HashMap` cannot be compiled into this file on the embedded Lean. -/
structure Table (α : Type) where
  buckets : Array (List (α × Nat)) := Array.replicate 16384 []
  size : Nat := 0

def Table.find? [Hashable α] [BEq α] (t : Table α) (x : α) : Option Nat :=
  go x (t.buckets.getD (hash x % 16384).toNat [])
where go (x : α) : List (α × Nat) → Option Nat
  | [] => none
  | (y, i) :: rest => if y == x then some i else go x rest

def Table.insert [Hashable α] [BEq α] (t : Table α) (x : α) (i : Nat) : Table α :=
  let b := (hash x % 16384).toNat
  let old := t.buckets.getD b []
  { buckets := t.buckets.set! b ((x, i) :: old), size := t.size + 1 }

structure Exporter where
  text : IO.Ref String
  names : IO.Ref (Table Name)
  levels : IO.Ref (Table Level)
  exprs : IO.Ref (Table Expr)

def newExporter : IO Exporter := do
  return { text := ← IO.mkRef "", names := ← IO.mkRef (Table.insert {} .anonymous 0), levels := ← IO.mkRef (Table.insert {} .zero 0),
           exprs := ← IO.mkRef {} }

/-- One line, `{BODY,"KEY":INDEX}` or `{BODY}`. -/
def Exporter.line (x : Exporter) (body : String) : IO Unit := do
  let text ← x.text.get
  x.text.set ""
  x.text.set (text ++ "{" ++ body ++ "}\n")

def register [Hashable α] [BEq α] (x : Exporter) (table : IO.Ref (Table α)) (key : String) (value : α) (body : String) : IO Nat := do
  let t ← table.get
  table.set {}
  let i := t.size
  table.set (t.insert value i)
  x.line (body ++ ",\"" ++ key ++ "\":" ++ toString i)
  return i

def quoted (s : String) : String := (Json.str s).compress

def commaSeparated (xs : List Nat) : String := join "," (go xs)
where go : List Nat → List String
  | [] => []
  | n :: rest => toString n :: go rest

def bracketed (xs : List Nat) : String := "[" ++ commaSeparated xs ++ "]"

partial def Exporter.name (x : Exporter) (n : Name) : IO Nat := do
  match (← x.names.get).find? n with
  | some i => return i
  | none => match n with
    | .anonymous => return 0
    | .str p s =>
      let pre ← x.name p
      register x x.names "in" n ("\"str\":{\"pre\":" ++ toString pre ++ ",\"str\":" ++ quoted s ++ "}")
    | .num p i =>
      let pre ← x.name p
      register x x.names "in" n ("\"num\":{\"pre\":" ++ toString pre ++ ",\"i\":" ++ toString i ++ "}")

partial def Exporter.nameList (x : Exporter) : List Name → IO (List Nat)
  | [] => return []
  | n :: rest => return (← x.name n) :: (← x.nameList rest)

partial def Exporter.level (x : Exporter) (l : Level) : IO Nat := do
  match (← x.levels.get).find? l with
  | some i => return i
  | none =>
    let body ← match l with
      | .succ a => pure ("\"succ\":" ++ toString (← x.level a))
      | .max a b => pure ("\"max\":" ++ bracketed [← x.level a, ← x.level b])
      | .imax a b => pure ("\"imax\":" ++ bracketed [← x.level a, ← x.level b])
      | .param n => pure ("\"param\":" ++ toString (← x.name n))
      | _ => throw (IO.userError "a universe level that is not closed")
    register x x.levels "il" l body

partial def Exporter.levelList (x : Exporter) : List Level → IO (List Nat)
  | [] => return []
  | l :: rest => return (← x.level l) :: (← x.levelList rest)

def binderText : BinderInfo → String
  | .default => "\"default\""
  | .implicit => "\"implicit\""
  | .strictImplicit => "\"strictImplicit\""
  | .instImplicit => "\"instImplicit\""

partial def Exporter.expr (x : Exporter) (e : Expr) : IO Nat := do
  match e with
  | .mdata _ e => x.expr e
  | _ => match (← x.exprs.get).find? e with
    | some i => return i
    | none => register x x.exprs "ie" e (← body e)
where
  binder (kind : String) (n : Name) (t b : Expr) (info : BinderInfo) : IO String := do
    return "\"" ++ kind ++ "\":{\"name\":" ++ toString (← x.name n) ++ ",\"type\":" ++ toString (← x.expr t) ++ ",\"body\":" ++
      toString (← x.expr b) ++ ",\"binderInfo\":" ++ binderText info ++ "}"
  body (e : Expr) : IO String := do
    match e with
    | .bvar i => return "\"bvar\":" ++ toString i
    | .sort l => return "\"sort\":" ++ toString (← x.level l)
    | .const n us => return "\"const\":{\"name\":" ++ toString (← x.name n) ++ ",\"us\":" ++ bracketed (← x.levelList us) ++ "}"
    | .app f a => return "\"app\":{\"fn\":" ++ toString (← x.expr f) ++ ",\"arg\":" ++ toString (← x.expr a) ++ "}"
    | .lam n t b info => binder "lam" n t b info
    | .forallE n t b info => binder "forallE" n t b info
    | .letE n t v b _ =>
      return "\"letE\":{\"name\":" ++ toString (← x.name n) ++ ",\"type\":" ++ toString (← x.expr t) ++ ",\"value\":" ++ toString (← x.expr v) ++
        ",\"body\":" ++ toString (← x.expr b) ++ ",\"nondep\":false}"
    | .proj s i b =>
      return "\"proj\":{\"typeName\":" ++ toString (← x.name s) ++ ",\"idx\":" ++ toString i ++ ",\"struct\":" ++ toString (← x.expr b) ++ "}"
    | .lit (.natVal n) => return "\"natVal\":\"" ++ toString n ++ "\""
    | .lit (.strVal s) => return "\"strVal\":" ++ quoted s
    | _ => throw (IO.userError "an expression that is not closed")

/-- `"name":…,"levelParams":…,"type":…`, which every constant has. -/
def Exporter.head (x : Exporter) (n : Name) (params : List Name) (type : Expr) : IO String := do
  return "\"name\":" ++ toString (← x.name n) ++ ",\"levelParams\":" ++ bracketed (← x.nameList params) ++ ",\"type\":" ++ toString (← x.expr type)

def flag (b : Bool) : String := if b then "true" else "false"

def hintsText : ReducibilityHints → String
  | .opaque => "\"opaque\""
  | .abbrev => "\"abbrev\""
  | .regular n => "{\"regular\":" ++ toString n.toNat ++ "}"

def safetyText : DefinitionSafety → String
  | .unsafe => "\"unsafe\""
  | .safe => "\"safe\""
  | .partial => "\"partial\""

partial def Exporter.inductives (x : Exporter) (env : Environment) : List Name → IO (List String × List String)
  | [] => return ([], [])
  | n :: rest => do
    let (types, ctors) ← x.inductives env rest
    match env.find? n with
    | some (.inductInfo i) =>
      let head ← x.head n i.levelParams i.type
      let type := "{" ++ head ++ ",\"numParams\":" ++ toString i.numParams ++ ",\"numIndices\":" ++ toString i.numIndices ++ ",\"all\":" ++
        bracketed (← x.nameList i.all) ++ ",\"ctors\":" ++ bracketed (← x.nameList i.ctors) ++ ",\"numNested\":" ++ toString i.numNested ++
        ",\"isRec\":" ++ flag i.isRec ++ ",\"isUnsafe\":" ++ flag i.isUnsafe ++ ",\"isReflexive\":" ++ flag i.isReflexive ++ "}"
      return (type :: types, appendAll (← constructors i.ctors) ctors)
    | _ => throw (IO.userError ("no inductive type " ++ n.toString))
where
  constructors : List Name → IO (List String)
    | [] => return []
    | n :: rest => do match env.find? n with
      | some (.ctorInfo c) =>
        let head ← x.head n c.levelParams c.type
        let text := "{" ++ head ++ ",\"induct\":" ++ toString (← x.name c.induct) ++ ",\"cidx\":" ++ toString c.cidx ++ ",\"numParams\":" ++
          toString c.numParams ++ ",\"numFields\":" ++ toString c.numFields ++ ",\"isUnsafe\":" ++ flag c.isUnsafe ++ "}"
        return text :: (← constructors rest)
      | _ => throw (IO.userError ("no constructor " ++ n.toString))

def Exporter.constant (x : Exporter) (env : Environment) (info : ConstantInfo) : IO Unit := do
  let n := info.name
  match info with
  | .axiomInfo a => x.line ("\"axiom\":{" ++ (← x.head n a.levelParams a.type) ++ ",\"isUnsafe\":" ++ flag a.isUnsafe ++ "}")
  | .thmInfo t =>
    x.line ("\"thm\":{" ++ (← x.head n t.levelParams t.type) ++ ",\"value\":" ++ toString (← x.expr t.value) ++ ",\"all\":" ++
      bracketed (← x.nameList t.all) ++ "}")
  | .defnInfo d =>
    x.line ("\"def\":{" ++ (← x.head n d.levelParams d.type) ++ ",\"value\":" ++ toString (← x.expr d.value) ++ ",\"hints\":" ++ hintsText d.hints ++
      ",\"safety\":" ++ safetyText d.safety ++ ",\"all\":" ++ bracketed (← x.nameList d.all) ++ "}")
  | .opaqueInfo o =>
    x.line ("\"opaque\":{" ++ (← x.head n o.levelParams o.type) ++ ",\"value\":" ++ toString (← x.expr o.value) ++ ",\"isUnsafe\":" ++
      flag o.isUnsafe ++ ",\"all\":" ++ bracketed (← x.nameList o.all) ++ "}")
  | .inductInfo i => match i.all with
    | first :: _ => if first == n then
        let (types, ctors) ← x.inductives env i.all
        x.line ("\"inductive\":{\"types\":[" ++ join "," types ++ "],\"ctors\":[" ++ join "," ctors ++ "],\"recs\":[]}")
    | [] => throw (IO.userError "an inductive type without a name")
  | .quotInfo _ => throw (IO.userError "a quotient declaration")
  | .ctorInfo _ | .recInfo _ => pure ()

partial def Exporter.constants (x : Exporter) (env : Environment) : List Name → IO Unit
  | [] => return
  | n :: rest => do
    match env.find? n with
    | some info => x.constant env info
    | none => throw (IO.userError ("a constant that is not there: " ++ n.toString))
    x.constants env rest

/-- The named constants, in this order (dependencies first), as NDJSON. -/
def exportConstants (env : Environment) (names : List Name) : IO String := do
  let x ← newExporter
  x.line ("\"meta\":{\"exporter\":{\"name\":\"stepwise\",\"version\":\"1\"},\"lean\":{\"version\":" ++ quoted Lean.versionString ++ ",\"githash\":" ++
    quoted Lean.githash ++ "},\"format\":{\"version\":\"3.1.0\"}}")
  x.constants env names
  x.text.get

end Stepwise
