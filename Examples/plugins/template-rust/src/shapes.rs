//! prepare: every query the host will ever make, checked and resolved once. A SQL engine would prepare its statements here.

use crate::abi::{self, slice, Use};
use crate::call::{failure, Answer};
use crate::engine::Table;
use crate::schema::Index;
use crate::value::Value;

/// Among a shape's slots: the record's stamp.
pub const SLOT_VERSION: usize = usize::MAX;

pub struct Shape {
    pub kind: u32,
    pub flags: u32,
    /// Places of the table in the store, and of the index in the table.
    pub table: usize,
    pub index: usize,
    /// How many cells of a use are a key; of a range, its prefix.
    pub key_count: usize,
    /// The columns to answer, set, add to or compare.
    pub slots: Vec<usize>,
    /// Which column each cell of a use is a value of.
    cell_slots: Vec<usize>,
}

impl Shape {
    pub fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }
    pub fn is_operation(&self) -> bool {
        (abi::INSERT..=abi::DELETE).contains(&self.kind)
    }
    pub fn is_guard(&self) -> bool {
        self.kind >= abi::REQUIRE_ABSENT
    }

    /// # Safety
    /// `declared` is one that the host lends.
    pub unsafe fn resolve(tables: &[Table], declared: &abi::Shape) -> Answer<Shape> {
        let kind = declared.kind;
        let known =
            matches!(kind, abi::GET..=abi::COUNT | abi::INSERT..=abi::DELETE | abi::REQUIRE_ABSENT..=abi::REQUIRE_SOME);
        if !known || declared.flags & !31 != 0 {
            return Err(failure(abi::UNSUPPORTED, "an unknown kind of shape, or unknown flags"));
        }
        let invalid = |text| failure(abi::INVALID, text);
        let table =
            tables.iter().position(|table| table.id == declared.collection).ok_or(invalid("no such collection"))?;
        let (number, table) = (table, &tables[table]);
        let index =
            table.indexes.iter().position(|index| index.id == declared.index).ok_or(invalid("no such index"))?;
        let by_key = matches!(kind, abi::GET | abi::REQUIRE_ABSENT | abi::REQUIRE_PRESENT);
        if index != 0 && !is_range(kind) && !(by_key && table.indexes[index].unique) {
            return Err(invalid("it needs the primary key, or a unique index"));
        }
        let mut slots = Vec::new();
        for column in slice(declared.columns, declared.column_count as usize) {
            slots.push(match *column {
                abi::COLUMN_VERSION => SLOT_VERSION,
                id => table.slot(id).ok_or(invalid("no such column"))?,
            });
        }
        check_columns(kind, table, &slots).map_err(invalid)?;
        let prefix = declared.prefix_count as usize;
        let (key_count, cell_slots) =
            cell_slots(kind, declared.flags, &table.indexes[index], prefix, &slots).map_err(invalid)?;
        Ok(Shape { kind, flags: declared.flags, table: number, index, key_count, slots, cell_slots })
    }

    /// The cells of a use, if they are what the shape takes.
    ///
    /// # Safety
    /// `r#use` is one that the host lends.
    pub unsafe fn values(&self, table: &Table, r#use: &Use) -> Answer<Vec<Value>> {
        if r#use.cell_count as usize != self.cell_slots.len() {
            return Err(failure(abi::INVALID, "another number of cells than declared"));
        }
        let cells = slice(r#use.cells, r#use.cell_count as usize);
        for (position, (cell, slot)) in cells.iter().zip(&self.cell_slots).enumerate() {
            let column = table.columns.get(*slot); // None: the stamp.
            let nullable = position >= self.key_count
                && column.map_or(false, |c| c.flags & abi::COLUMN_NULLABLE != 0 || self.kind == abi::REQUIRE_EQUAL);
            if cell.kind != column.map_or(abi::I64, |column| column.kind) && !(cell.kind == abi::NULL && nullable) {
                return Err(failure(abi::INVALID, "a cell of another type than declared"));
            }
        }
        Ok(cells.iter().map(|cell| Value::of(cell)).collect())
    }
}

fn is_range(kind: u32) -> bool {
    matches!(kind, abi::SCAN | abi::COUNT | abi::REQUIRE_EMPTY | abi::REQUIRE_SOME)
}

fn check_columns(kind: u32, table: &Table, slots: &[usize]) -> Result<(), &'static str> {
    let key = &table.indexes[0].slots;
    let named = key.iter().filter(|slot| slots.contains(slot)).count();
    match kind {
        abi::INSERT | abi::UPSERT if named != key.len() => Err("it leaves out a column of the key"),
        abi::UPDATE | abi::ADD if named != 0 => Err("it changes the key"),
        abi::ADD
            if slots.iter().any(|slot| table.columns.get(*slot).map_or(true, |column| column.kind != abi::I64)) =>
        {
            Err("it adds to what is no integer")
        }
        _ => Ok(()),
    }
}

/// How many cells of a use are a key or prefix, and what every cell means.
fn cell_slots(
    kind: u32,
    flags: u32,
    index: &Index,
    prefix: usize,
    slots: &[usize],
) -> Result<(usize, Vec<usize>), &'static str> {
    let has = |flag| flags & flag != 0;
    if is_range(kind) {
        let bounds = has(abi::LOWER) as usize + has(abi::UPPER) as usize;
        let excludes_nothing =
            (has(abi::LOWER_EXCLUSIVE) && !has(abi::LOWER)) || (has(abi::UPPER_EXCLUSIVE) && !has(abi::UPPER));
        if excludes_nothing {
            return Err("it has no bound to exclude");
        }
        if prefix > index.slots.len() {
            return Err("its prefix is longer than the index");
        }
        if bounds > 0 && prefix == index.slots.len() {
            return Err("it has a bound behind the last column");
        }
        let mut cells = index.slots[..prefix].to_vec();
        for _ in 0..bounds {
            cells.push(index.slots[prefix]);
        }
        return Ok((prefix, cells));
    }
    let mut cells = match kind {
        abi::INSERT | abi::UPSERT => Vec::new(),
        _ => index.slots[..index.named].to_vec(),
    };
    let key_count = cells.len();
    match kind {
        abi::INSERT | abi::UPSERT | abi::UPDATE | abi::ADD | abi::REQUIRE_EQUAL => cells.extend(slots),
        abi::REQUIRE_VERSION => cells.push(SLOT_VERSION),
        _ => {}
    }
    Ok((key_count, cells))
}
