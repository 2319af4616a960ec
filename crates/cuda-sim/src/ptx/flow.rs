//! Control flow: labels become places in the code, and every branch on which lanes may part learns where they meet.
//!
//! Lanes that part at a branch meet at its immediate post-dominator, the first instruction that every way from the branch
//! to the end of the function passes. A *join* instruction is put in front of it.

use super::lanes::{self, Inst, NONE};
use super::program::{Edge, Function};

/// Resolves labels, turns returns into jumps to one place, and inserts joins.
pub(super) fn link(function: &mut Function, labels: &[u32], is_kernel: bool) {
    let last = function.code.len() as u32 - 1;
    let edges = std::mem::take(&mut function.edges);
    let mut successors: Vec<Option<Vec<u32>>> = vec![None; function.code.len()];
    for &(index, edge) in &edges {
        let inst = &mut function.code[index as usize];
        let next = (inst.guard != NONE).then_some(index + 1);
        let targets: Vec<u32> = match edge {
            Edge::Branch(label) => vec![labels[label]],
            Edge::Switch(table) => function.tables[table].iter().map(|it| labels[*it as usize]).collect(),
            // Every return goes through the last instruction, so that lanes that return apart meet there.
            Edge::Return if !is_kernel => vec![last],
            Edge::Return | Edge::Exit => Vec::new(),
        };
        match edge {
            Edge::Return if is_kernel => inst.run = lanes::exit(),
            Edge::Return | Edge::Branch(_) => {
                inst.run = lanes::branch();
                inst.imm = u64::from(targets[0]);
            }
            _ => {}
        }
        if let Edge::Switch(table) = edge {
            function.tables[table].clone_from(&targets);
        }
        successors[index as usize] = Some(targets.into_iter().chain(next).collect());
    }
    // The last instruction leaves the function.
    successors[last as usize] = Some(Vec::new());
    let meeting = Graph::new(&successors).meeting_points();
    for &(index, edge) in &edges {
        let parts = matches!(edge, Edge::Switch(_)) || function.code[index as usize].guard != NONE;
        function.code[index as usize].c = if parts { meeting(index) } else { NONE };
    }
    insert_joins(function, &edges, is_kernel);
}

fn insert_joins(function: &mut Function, edges: &[(u32, Edge)], is_kernel: bool) {
    let count = function.code.len();
    let mut is_join = vec![false; count];
    let branches = |edge: &Edge| match edge {
        Edge::Branch(_) | Edge::Switch(_) => true,
        Edge::Return => !is_kernel,
        Edge::Exit => false,
    };
    for (index, _) in edges.iter().filter(|it| branches(&it.1)) {
        let at = function.code[*index as usize].c;
        if at != NONE {
            is_join[at as usize] = true;
        }
    }
    // Where each old instruction, or the join before it, is now.
    let mut moved = Vec::with_capacity(count + 1);
    let (mut code, mut lines) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for (index, inst) in function.code.iter().enumerate() {
        moved.push(code.len() as u32);
        if is_join[index] {
            let nothing = NONE;
            let run = lanes::join();
            code.push(Inst { run, imm: 0, dst: 0, a: nothing, b: nothing, c: nothing, guard: NONE, site: 0 });
            lines.push(function.lines[index]);
        }
        code.push(*inst);
        lines.push(function.lines[index]);
    }
    for (index, edge) in edges.iter().filter(|it| branches(&it.1)) {
        let inst = &mut code[moved[*index as usize] as usize + usize::from(is_join[*index as usize])];
        if inst.c != NONE {
            inst.c = moved[inst.c as usize];
        }
        match edge {
            Edge::Switch(table) => {
                function.tables[*table].iter_mut().for_each(|it| *it = moved[*it as usize]);
            }
            _ => inst.imm = u64::from(moved[inst.imm as usize]),
        }
    }
    (function.code, function.lines) = (code, lines);
}

/// The basic blocks of a function and what follows each.
struct Graph {
    /// The first instruction of each block.
    starts: Vec<u32>,
    /// The block of each instruction.
    block_of: Vec<u32>,
    successors: Vec<Vec<u32>>,
}

impl Graph {
    fn new(successors: &[Option<Vec<u32>>]) -> Self {
        let count = successors.len();
        let mut leads = vec![false; count + 1];
        leads[0] = true;
        for (index, targets) in successors.iter().enumerate() {
            if let Some(targets) = targets {
                leads[index + 1] = true;
                targets.iter().for_each(|it| leads[*it as usize] = true);
            }
        }
        let starts: Vec<u32> = (0..count as u32).filter(|it| leads[*it as usize]).collect();
        let mut block_of = vec![0; count];
        for (block, start) in starts.iter().enumerate() {
            let end = starts.get(block + 1).map_or(count, |it| *it as usize);
            block_of[*start as usize..end].fill(block as u32);
        }
        let mut graph = Self { starts, block_of, successors: Vec::new() };
        for block in 0..graph.starts.len() {
            let end = graph.starts.get(block + 1).map_or(count, |it| *it as usize);
            let follow = match &successors[end - 1] {
                Some(targets) => targets.iter().map(|it| graph.block_of[*it as usize]).collect(),
                None => vec![block as u32 + 1],
            };
            graph.successors.push(follow);
        }
        graph
    }

    /// For each branch the first instruction that all its ways share, or [`NONE`] if they end apart.
    fn meeting_points(self) -> impl Fn(u32) -> u32 {
        let exit = self.starts.len() as u32;
        let immediate = self.post_dominators(exit);
        move |index| {
            let meeting = immediate[self.block_of[index as usize] as usize];
            if meeting == NONE || meeting == exit { NONE } else { self.starts[meeting as usize] }
        }
    }

    /// The immediate post-dominator of each block, by the iteration of Cooper, Harvey and Kennedy on the reversed graph.
    fn post_dominators(&self, exit: u32) -> Vec<u32> {
        let count = exit as usize + 1;
        let mut before: Vec<Vec<u32>> = vec![Vec::new(); count];
        for (block, follow) in self.successors.iter().enumerate() {
            if follow.is_empty() {
                before[exit as usize].push(block as u32);
            }
            follow.iter().for_each(|it| before[*it as usize].push(block as u32));
        }
        let order = postorder(&before, exit);
        let mut rank = vec![NONE; count];
        order.iter().enumerate().for_each(|(rank_of, block)| rank[*block as usize] = rank_of as u32);
        let mut immediate = vec![NONE; count];
        immediate[exit as usize] = exit;
        let mut changed = true;
        while changed {
            changed = false;
            for &block in order.iter().rev().filter(|it| **it != exit) {
                let follow = &self.successors[block as usize];
                let ends = if follow.is_empty() { &[exit][..] } else { &follow[..] };
                let known = ends.iter().filter(|it| immediate[**it as usize] != NONE).copied();
                let meeting = known.reduce(|a, b| intersect(a, b, &immediate, &rank)).unwrap_or(NONE);
                if immediate[block as usize] != meeting {
                    immediate[block as usize] = meeting;
                    changed = true;
                }
            }
        }
        immediate
    }
}

fn intersect(mut a: u32, mut b: u32, immediate: &[u32], rank: &[u32]) -> u32 {
    while a != b {
        while rank[a as usize] < rank[b as usize] {
            a = immediate[a as usize];
        }
        while rank[b as usize] < rank[a as usize] {
            b = immediate[b as usize];
        }
    }
    a
}

/// The nodes that `start` reaches, each after those that it leads to.
fn postorder(edges: &[Vec<u32>], start: u32) -> Vec<u32> {
    let (mut seen, mut order) = (vec![false; edges.len()], Vec::new());
    let mut stack = vec![(start, 0)];
    seen[start as usize] = true;
    while let Some((node, next)) = stack.last_mut() {
        match edges[*node as usize].get(*next) {
            Some(&to) => {
                *next += 1;
                if !seen[to as usize] {
                    seen[to as usize] = true;
                    stack.push((to, 0));
                }
            }
            None => {
                order.push(*node);
                stack.pop();
            }
        }
    }
    order
}
