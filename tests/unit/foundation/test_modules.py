"""What a source offers and takes, read off its syntax tree."""

from __future__ import annotations

import pytest

from migrator.facts.css import Property, read_properties
from migrator.facts.modules import read_module

KINDS = [
    ("export interface A { id: string }", {"type"}),
    ("export type A = 1; export enum B { C }", {"type"}),
    ("export const A = { b: [1, 'c', -2, true, null], d: `e` } as const;", {"constant"}),
    ("const A = 1; export const B = [A, ...[2]];", {"constant"}),
    ("export const A = /x/g; const F = new Intl.NumberFormat('de');", {"constant"}),
    ("export const A = Object.freeze({ a: 1 });", {"constant"}),
    ("export const f = (a: number) => a;", {"function"}),
    ("export const o = { f() { return 1; } };", {"function"}),
    ("export function f() {} export class C {}", {"function", "class"}),
    ("export const A = Date.now();", {"value"}),
    ("export const cache = new Map();", {"value"}),
    ("export let a = 1;", {"state"}),
    ("var a = 1;", {"state"}),
    ("declare global { interface Window { a: 1 } }", {"ambient"}),
    ("declare module 'x' {}", {"ambient"}),
    ("console.log(1);", {"effect"}),
    ("import './setup';", {"effect"}),
    ("window.x = 1;", {"effect"}),
    ("if (a) { b(); }", {"effect"}),
    ("import './a.css';", set()),
    ("'use client';\nimport a from 'a';\nexport { a };\nexport * from './b';", set()),
    ("", set()),
]


@pytest.mark.parametrize("source, kinds", KINDS)
def test_statements_are_sorted(source: str, kinds: set[str]):
    assert read_module(source.encode(), jsx=False).kinds == kinds


def test_a_module_names_what_it_exports_and_imports():
    source = b"""'use client';
import type { A } from './types';
import { type B, type C } from './more';
import d, { type E } from 'lib';
export { d as default, d as other } from './d';
export * as all from './all';
const lazy = () => import('./lazy');
const old = require('old');
export default function main() { return process.env.HOME ?? import.meta.env.MODE ?? window.name; }
"""
    module = read_module(source, jsx=False)
    assert module.directives == ("use client",)
    assert set(module.exports) == {"default", "other", "*"}
    assert module.specifiers == {"./types", "./more", "lib", "./d", "./all", "./lazy", "old"}
    assert module.runtime == {"lib", "./d", "./all", "./lazy", "old"}
    assert module.env == {"HOME", "MODE"}
    assert {"process", "window"} <= module.names
    assert module.parsed


def test_what_a_module_declares_is_not_taken_from_outside():
    source = b"export function f(window: number, { location }: { location: string }) { const name = window; return [name, location]; }"
    assert read_module(source, jsx=False).names == set()


def test_components_are_seen():
    module = read_module(b"export const A = () => <a className='b'>{1}</a>;", jsx=True)
    assert (module.jsx, module.styled) == (True, True)
    assert not read_module(b"export const a = <T,>(b: T) => b;", jsx=True).jsx


def test_a_source_that_does_not_parse_says_so():
    assert not read_module(b"export const a = (;", jsx=False).parsed
    assert read_module(b"\xef\xbb\xbfexport const a = 1;\r\n", jsx=False).parsed


def test_custom_properties_are_read_outside_conditions():
    source = b"@layer base { :root { --a: 0 0%  100%; color: red } .dark { --a: 1 } }\n@media print { :root { --c: 1 } }\nbody{--d:calc(1px + 2px)}"
    assert read_properties(source) == (
        Property(":root", "--a", "0 0% 100%"),
        Property(".dark", "--a", "1"),
        Property("body", "--d", "calc(1px + 2px)"),
    )
