//! One panel of a picture: bars for each group, one below the other, so that names can be read.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::DrawError;
use crate::cli::output::printable;
use crate::desk::totals::Summary;

/// Some bars for each group.
pub(super) struct Panel {
    /// What they are.
    pub(super) title: &'static str,
    /// In what they are measured.
    pub(super) axis: &'static str,
    /// Where the axis has words.
    pub(super) ticks: Ticks,
    /// The bars, by colour.
    pub(super) series: Vec<Series>,
}

/// Where an axis has words.
#[derive(Clone, Copy)]
pub(super) enum Ticks {
    /// Wherever it has lines, up to the longest bar and beyond.
    Lines,
    /// At whole numbers.
    Whole,
    /// At whole numbers up to this one, which is the end of what is measured.
    UpTo(u16),
}

/// The bars of one colour.
pub(super) struct Series {
    /// What they are; empty where the title says it.
    pub(super) name: &'static str,
    /// The colour.
    pub(super) color: RGBColor,
    /// That of each group; `None` where there is nothing to measure.
    pub(super) bars: Vec<Option<Bar>>,
}

/// A bar.
pub(super) struct Bar {
    /// Its length, in the unit of the axis.
    pub(super) length: f64,
    /// What stands at its end.
    pub(super) says: String,
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Characters of a group's name.
const NAME_MAX: usize = 20;
/// Height of a group, and of all groups at least (pixels).
const GROUP: u32 = 30;
const GROUPS_MIN: u32 = 90;
/// Room for the title, for the axis and for the names (pixels).
const TITLE: u32 = 44;
const AXIS: u32 = 48;
const NAMES: u32 = 165;
const MARGIN: u32 = 16;
/// The part of a group's height that its bars take.
const BARS: f64 = 0.8;
/// How much longer than the longest bar the axis is: room for what stands at its end.
const ROOM: f64 = 1.3;

const INK: RGBColor = RGBColor(40, 40, 40);
const PALE: RGBColor = RGBColor(222, 222, 222);

/// The height of a panel of so many groups (pixels).
pub(super) fn height(groups: usize) -> u32 {
    let groups = u32::try_from(groups).unwrap_or(u32::MAX).saturating_mul(GROUP);
    groups.max(GROUPS_MIN).saturating_add(TITLE + AXIS + MARGIN)
}

/// Letters of a height, in the middle of the line, from the left.
pub(super) fn text(height: u32) -> TextStyle<'static> {
    let style = TextStyle::from(("sans-serif", height).into_font());
    style.color(&INK).pos(Pos::new(HPos::Left, VPos::Center))
}

impl Panel {
    pub(super) fn draw(
        &self,
        area: &Area<'_>,
        groups: &[&(Box<str>, Summary)],
    ) -> Result<(), DrawError> {
        self.draw_title(area)?;
        let count = f64::from(u32::try_from(groups.len()).unwrap_or(u32::MAX));
        let mut chart = ChartBuilder::on(area)
            .margin_top(TITLE)
            .margin_right(MARGIN)
            .margin_bottom(MARGIN)
            .margin_left(MARGIN)
            .x_label_area_size(AXIS)
            .y_label_area_size(NAMES)
            .build_cartesian_2d(0.0..self.end(), 0.0..count)?;
        chart
            .configure_mesh()
            .disable_y_mesh()
            .y_labels(0)
            .x_labels(8)
            .x_label_formatter(&|length| self.ticks.at(*length))
            .x_label_style(text(13))
            .axis_desc_style(text(14))
            .axis_style(PALE)
            .bold_line_style(PALE)
            .light_line_style(TRANSPARENT)
            .x_desc(self.axis)
            .draw()?;
        let corner = area.get_base_pixel();
        let names = text(14).pos(Pos::new(HPos::Right, VPos::Center));
        let mut top = count;
        for (place, (name, _)) in groups.iter().enumerate() {
            let middle = chart.backend_coord(&(0.0, top - 0.5));
            let beside = (middle.0 - corner.0 - 10, middle.1 - corner.1);
            area.draw_text(&shortened(name), &names, beside)?;
            let mut upper = top - (1.0 - BARS) / 2.0;
            for series in &self.series {
                let lower = upper - BARS / self.parts();
                if let Some(bar) = series.bars.get(place).and_then(Option::as_ref) {
                    let shape = [(0.0, lower), (bar.length, upper)];
                    let end = (bar.length, f64::midpoint(lower, upper));
                    let says =
                        EmptyElement::at(end) + Text::new(bar.says.clone(), (5, 0), text(12));
                    chart.draw_series([Rectangle::new(shape, series.color.filled())])?;
                    chart.draw_series([says])?;
                }
                upper = lower;
            }
            top -= 1.0;
        }
        Ok(())
    }

    /// The title, and behind it what the colours mean.
    fn draw_title(&self, area: &Area<'_>) -> Result<(), DrawError> {
        let middle = 26;
        let mut left = MARGIN.cast_signed();
        area.draw_text(self.title, &text(17), (left, middle))?;
        left += NAMES.cast_signed();
        for series in self.series.iter().filter(|series| !series.name.is_empty()) {
            let square = [(left, middle - 6), (left + 12, middle + 6)];
            area.draw(&Rectangle::new(square, series.color.filled()))?;
            area.draw_text(series.name, &text(14), (left + 20, middle))?;
            left += 120;
        }
        Ok(())
    }

    /// Where the axis ends.
    fn end(&self) -> f64 {
        let bars = self.series.iter().flat_map(|series| series.bars.iter().flatten());
        let longest = bars.map(|bar| bar.length).fold(0.0, f64::max);
        let longest = match self.ticks {
            Ticks::Lines | Ticks::Whole => longest,
            Ticks::UpTo(end) => f64::from(end),
        };
        // An axis has a length, even where there is nothing.
        if longest > 0.0 { longest * ROOM } else { 1.0 }
    }

    /// How many bars a group has.
    fn parts(&self) -> f64 {
        f64::from(u32::try_from(self.series.len()).unwrap_or(u32::MAX))
    }
}

impl Ticks {
    /// What stands at a line of the axis.
    fn at(self, length: f64) -> String {
        let text = format!("{length:.2}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        let is_shown = match self {
            Self::Lines => true,
            Self::Whole => !text.contains('.'),
            Self::UpTo(end) => !text.contains('.') && length <= f64::from(end),
        };
        if is_shown { text.to_owned() } else { String::new() }
    }
}

/// A name that has room.
fn shortened(name: &str) -> String {
    let name = printable(name);
    match name.char_indices().nth(NAME_MAX) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()),
        None => name,
    }
}
