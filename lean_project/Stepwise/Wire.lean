module
public import Lean
public section

/-!
Frames between Python and Lean. A request is one line of JSON on standard input; a reply is one line
`LENGTH JSON` on a channel of its own, so that nothing that Lean or a tactic prints can be taken for a reply.

The helpers avoid functions that the compiler would inline or specialise (`Json.mkObj`, `List.map` with a
lambda, …): on the embedded Lean their helpers are not exported (see `lean_project/README.md`).
-/
namespace Stepwise
open Lean

abbrev Fields := List (String × Json)

def obj (fields : Fields) : Json := go fields {}
where go : Fields → Std.TreeMap.Raw String Json compare → Json
  | [], acc => .obj acc
  | (key, value) :: rest, acc => go rest (acc.insert key value)

def num (n : Nat) : Json := .num n

def strings (xs : List String) : Json := .arr (go xs #[])
where go : List String → Array Json → Array Json
  | [], acc => acc
  | x :: rest, acc => go rest (acc.push (.str x))

def objects (xs : List Json) : Json := .arr (go xs #[])
where go : List Json → Array Json → Array Json
  | [], acc => acc
  | x :: rest, acc => go rest (acc.push x)

def text? (j : Json) (key : String) : Option String :=
  match j.getObjVal? key with
  | .ok (.str s) => some s
  | _ => none

def nat? (j : Json) (key : String) : Option Nat :=
  match j.getObjVal? key with
  | .ok (.num n) => if n.exponent == 0 && n.mantissa ≥ 0 then some n.mantissa.toNat else none
  | _ => none

/-- The texts of a list under a key; what is no text is left out. -/
def textsOf (j : Json) (key : String) : List String :=
  match j.getObjVal? key with
  | .ok (.arr xs) => go (xs.size) xs []
  | _ => []
where go : Nat → Array Json → List String → List String
  | 0, _, acc => acc
  | i + 1, xs, acc => match xs[i]? with
    | some (.str s) => go i xs (s :: acc)
    | _ => go i xs acc

/-- The natural numbers of a list under a key; what is none is left out. -/
def natsOf (j : Json) (key : String) : List Nat :=
  match j.getObjVal? key with
  | .ok (.arr xs) => go (xs.size) xs []
  | _ => []
where go : Nat → Array Json → List Nat → List Nat
  | 0, _, acc => acc
  | i + 1, xs, acc => match xs[i]? with
    | some (.num n) => go i xs (n.mantissa.toNat :: acc)
    | _ => go i xs acc

def textD (j : Json) (key fallback : String) : String :=
  match text? j key with
  | some s => s
  | none => fallback

def natD (j : Json) (key : String) (fallback : Nat) : Nat :=
  match nat? j key with
  | some n => n
  | none => fallback

partial def join (sep : String) : List String → String
  | [] => ""
  | [x] => x
  | x :: rest => x ++ sep ++ join sep rest

def appendAll : List α → List α → List α
  | [], ys => ys
  | x :: xs, ys => x :: appendAll xs ys

def reversed : List α → List α → List α
  | [], acc => acc
  | x :: rest, acc => reversed rest (x :: acc)

def occursIn (needle hay : String) : Bool :=
  match hay.splitOn needle with
  | _ :: _ :: _ => true
  | _ => false

partial def arrayToList (a : Array α) (i : Nat := 0) : List α :=
  if h : i < a.size then a[i] :: arrayToList a (i + 1) else []

/-- Writes one reply frame. The length is in bytes, so that a reply cut in the middle is never read as whole. -/
def send (out : IO.FS.Handle) (reply : Json) : IO Unit := do
  let body := reply.compress
  out.putStr (toString body.utf8ByteSize ++ " " ++ body ++ "\n")
  out.flush

end Stepwise
